"""`blemore explain`, and a gate with a view."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import ENCODERS, FAST, TINY, Answer, Attempt, Blemore, parsed

from blemore_cli.data.index.file import read_index

pytestmark = pytest.mark.slow


def share_of_informative(project: Path) -> float:
    """Mean share of a training clip's encoders that carry its label, of those that it has."""
    index = read_index(project / "index.h5")
    train = ~index.clips.is_test
    present = np.column_stack([index.present(name)[train] for name in ENCODERS])
    answer = pd.read_csv(project / "planted/informative.csv").set_index("filename")
    informative = answer[list(ENCODERS)].loc[index.clips.filename[train].tolist()].to_numpy() == 1
    return float(np.mean((informative & present).sum(axis=1) / present.sum(axis=1)))


def test_explain_writes_its_files_into_the_run(trained: Path, blemore: Blemore) -> None:
    content = parsed(blemore("explain", "--run", "first", "--json", cwd=trained))
    folder = trained / "runs/first/explain"
    assert json.loads((folder / "explain.json").read_text()) == content
    assert (folder / "selection.pdf").is_file()
    gate = pd.read_csv(trained / "runs/first/gate_oof.csv")
    wavlm = content["selection"]["all"]["wavlm"]
    assert wavlm == pytest.approx((gate["wavlm"] > 0).mean())
    assert content["planted"]["chance"] == pytest.approx(share_of_informative(trained))
    assert content["stability"]["seeds"] is None
    assert len(content["compute"]["n"]) == len(ENCODERS)


def test_explain_ends_with_the_verdict_and_the_next_command(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    done = blemore("explain", "--run", "first", "--out", tmp_path / "here", cwd=trained)
    assert done.returncode == 0, done.stderr
    assert "on these features the gate" in done.stdout
    assert "Next: blemore cv" in done.stderr
    assert (tmp_path / "here/explain.tex").is_file()


def test_predictors_are_measured_beside_the_gate(trained: Path, blemore: Blemore, attempt: Attempt) -> None:
    content = parsed(blemore("explain", "--run", "one", "--predictors", "--repeats", "1", "--json", cwd=trained))
    folder = trained / "runs/one/explain"
    table = pd.read_csv(folder / "predictors.csv")
    assert table["group"].tolist() == [group["name"] for group in content["predictors"]["groups"]]
    assert (folder / "predictors.pdf").is_file()
    code, _, stderr = attempt("explain", "--run", "one", "--predictors", "--encoders", "ears", cwd=trained)
    assert (code, "got ears" in stderr) == (2, True)


def test_arms_are_explained(trained: Path, answer: Answer, attempt: Attempt) -> None:
    content = answer("explain", "--run", "arms/arms/random", cwd=trained)
    assert content["rule"] == "random"
    n_pairs = content["stability"]["seeds"]["n_pairs"]
    assert n_pairs == 1 + 5  # out of fold, and the models of each fold on the test clips
    assert content["agreement"]["by_others"] is not None
    assert "the random selection" in content["verdict"]
    code, _, stderr = attempt("explain", "--run", "arms", cwd=trained)
    assert (code, "--run arms/arms/learned" in stderr) == (2, True)
    for name in ("arms/learned", "arms/arms", "arms/arms/nobody", "../arms"):
        assert attempt("explain", "--run", name, cwd=trained)[0] == 4


def test_baselines_are_refused(answer: Answer, attempt: Attempt) -> None:
    answer("baseline", "--model", "linear", "--fusion", "concat", "--seeds", "1", "--name", "base", *TINY)
    code, _, stderr = attempt("explain", "--run", "base/arms/linear-concat")
    assert code == 2, stderr
    assert "baseline" in stderr


def test_with_a_view_the_view_and_the_kept_are_extracted(answer: Answer, attempt: Attempt) -> None:
    names = ["--encoders", "clip_vit,hicmae,wavlm", *FAST]
    view = ["--set", "model.fusion=weighted", "--set", "model.gate_view=[hicmae]"]
    answer("train", "--top-n", "1", "--name", "viewed", *names, *view)
    content = answer("explain", "--run", "viewed")
    kept = content["selection"]["all"]
    assert content["gate_view"] == ["hicmae"]
    assert content["compute"]["n_computed"][0] == pytest.approx(2 - kept["hicmae"])
    assert content["compute"]["n_computed"][-1] == pytest.approx(3)
    code, _, stderr = attempt("train", *TINY, *view)
    assert code == 4
    assert "model.gate_view must be distinct encoders in use (clip_vit, wavlm), got hicmae" in " ".join(stderr.split())
