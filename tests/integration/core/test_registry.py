"""The fusion of docs/extending.md, of another module: in worker processes, in a checkpoint, and where it is unknown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.blocks import ROOT, blocks
from tests.integration.conftest import TINY, Attempt

pytestmark = pytest.mark.slow
WITH_IT = "import peak_fusion; from blemore_cli.cli.app import main; main()"


def test_a_registered_fusion_trains_in_processes_and_is_missed_where_it_is_not_registered(
    tiny: Path, tmp_path: Path, attempt: Attempt
) -> None:
    [text] = [block.text for block in blocks(ROOT / "docs" / "extending.md") if "class PeakFusion" in block.text]
    (tmp_path / "peak_fusion.py").write_text(text)
    words = ["train", "--fold", "0", "--name", "peak", *TINY, "--set", "train.jobs=2"]
    words += ["--set", "model.fusion=peak", "--set", "model.fusion_options.share=0.25", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", WITH_IT, *words], cwd=tiny, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    record = (tiny / "runs" / "peak" / "checkpoints" / "seed0-fold0" / "model.json").read_text()
    assert '"peak"' in record
    code, _, stderr = attempt("submit", "--run", "peak", "--out", str(tmp_path / "preds.csv"))
    assert code in {3, 4}
    assert "or a name registered in this process, got 'peak'" in " ".join(stderr.split())
