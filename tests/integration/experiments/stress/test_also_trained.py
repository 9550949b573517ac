"""Models that are trained with failures: a run of their own, that is used again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import Blemore, parsed

from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.stress.also_trained import also_trained_run

pytestmark = pytest.mark.slow
WORDS = ("stress", "--run", "one", "--kind", "missing", "--share", "0.5", "--json", "--quiet", "--also-train")


def test_models_are_trained_with_failures_once(trained: Path, blemore: Blemore) -> None:
    before = (trained / "runs/one/oof.csv").read_bytes()
    content = parsed(blemore(*WORDS, cwd=trained))
    assert [row["also_trained"] for row in content["results"]] == [False, True]
    [folder] = (trained / "runs/one-stress/arms").glob("one-missing-0.5-*")
    index, whole = read_index(folder / "index.h5"), read_index(trained / "index.h5")
    assert not index.clips.is_test.any()
    present = np.stack([index.present(name) for name in ("clip_vit", "wavlm")], axis=1)
    was = np.stack([whole.present(name) for name in ("clip_vit", "wavlm")], axis=1)[~whole.clips.is_test]
    failed = (was & ~present).sum(axis=1)
    assert failed.mean() == pytest.approx(content["results"][1]["n_failed"])
    assert len(pd.read_csv(folder / "oof.csv")) == len(index.clips)
    done = (folder / "done").stat().st_mtime_ns
    assert parsed(blemore(*WORDS, cwd=trained)) == content
    assert (folder / "done").stat().st_mtime_ns == done
    assert (trained / "runs/one/oof.csv").read_bytes() == before


def test_a_run_of_another_command_is_in_the_way(trained: Path, tmp_path: Path) -> None:
    assert also_trained_run(tmp_path, RunFolder(tmp_path / "a/arms/b")).name == "a-b-stress"
    runs = trained / "runs"
    (runs / "first").rename(runs / "one-stress")
    with pytest.raises(ArtefactError, match="a run of `blemore train`"):
        also_trained_run(runs, RunFolder(runs / "one"))
