"""Fusion of evidence through the command line: every command and every selection."""

from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import FAST, Answer, Attempt

from blemore_cli.core.choices import Selection

pytestmark = pytest.mark.slow  # it trains, if tiny networks

SIGN_FLIPS = ("actor_bootstrap", "score")
EVIDENCE = (*FAST, "--set", "model.fusion=evidence")


def weights(run: Path, table: str = "gate_oof.csv") -> "pd.DataFrame":
    return pd.read_csv(run / table).iloc[:, 3:]


def test_a_run_is_trained_explained_reported_and_submitted(tiny: Path, answer: Answer) -> None:
    found = answer("train", "--top-n", "2", "--name", "whole", *EVIDENCE)
    assert 0 < found["oof"]["score"] <= 1
    kept = weights(tiny / "runs/whole")
    assert ((kept > 0).sum(axis=1) == 2).all()
    np.testing.assert_allclose(kept.sum(axis=1), 1, atol=1e-4)
    assert answer("submit", "--run", "whole", "--out", "preds.csv")["n"] == len(pd.read_csv(tiny / "preds.csv"))
    answer("explain", "--run", "whole", "--out", "explained")
    clips = pd.read_csv(tiny / "explained/clips.csv")
    picked, sound = (clips.filter(like=f"{kind}_").to_numpy() for kind in ("picked", "sound"))
    assert ((sound >= 0) & (sound <= 1) | np.isnan(sound)).all()
    best = np.sort(np.nan_to_num(sound), axis=1)[:, -2]
    assert (np.nan_to_num(sound)[picked == 1] >= np.repeat(best, 2)).all()  # the two that are most likely sound
    stored = pd.read_csv(tiny / "runs/whole/soundness_oof.csv").set_index("filename").loc[clips["filename"]]
    np.testing.assert_allclose(stored.iloc[:, 2:].to_numpy(), np.nan_to_num(sound), atol=1e-5)
    assert (tiny / "runs/whole/soundness_test.csv").is_file()
    answer("report", "--run", "whole", "--out", "report.html")
    assert (tiny / "report.html").stat().st_size > 10_000


def test_every_selection_is_an_arm(tiny: Path, answer: Answer) -> None:
    rules = [word for rule in get_args(Selection) for word in ("--selection", rule)]
    found = answer("ablate", *rules, "--top-n", "1", "--seeds", "1", "--name", "arms", *EVIDENCE)
    assert set(get_args(Selection)) == set(found["arms"])
    arms = tiny / "runs/arms/arms"
    tables = {name: (arms / name / "oof.csv").read_bytes() for name in get_args(Selection)}
    assert len(set(tables.values())) == len(tables)
    assert (weights(arms / "random") > 0).to_numpy().sum(axis=1).max() == 1
    assert ((weights(arms / "full") > 0) == (weights(arms / "mean") > 0)).all(axis=None)


def test_controls_are_arms_without_a_gate(tiny: Path, answer: Answer) -> None:
    found = answer("ablate", "--control", "all", "--seeds", "1", "--name", "controls", *FAST)
    assert list(found["arms"]) == ["learned", "pool", "transformer", "seed"]
    assert str(found["conclusion"]).startswith("In Score, learned is not shown to be better than pool or transformer")
    present = weights(tiny / "runs/controls/arms/transformer")
    for name in ("pool", "transformer"):
        shares = weights(tiny / "runs/controls/arms" / name)
        np.testing.assert_allclose(shares, (present > 0).div((present > 0).sum(axis=1), axis=0), atol=1e-4)
    check_negative_control(tiny, found)


def check_negative_control(tiny: Path, found: dict[str, Any]) -> None:
    """Other seeds are in words in JSON, table and LaTeX, beside the conclusion and outside Holm's family."""
    arms = tiny / "runs/controls/arms"
    assert found["negative_control"].startswith("negative control seed, which is learned with other seeds")
    assert "straddle" in found["negative_control"]
    assert found["negative_control"] in found["sentences"]
    assert "negative control seed" in (tiny / "runs/controls/ablation.tex").read_text().lower()
    assert "seed" not in str(found["conclusion"])
    adjusted = {test["a"]: test for test in found["tests"] if (test["method"], test["metric"]) == SIGN_FLIPS}
    assert adjusted["seed"]["p_adjusted"] == adjusted["seed"]["p_value"]
    assert set(pd.read_csv(arms / "seed/oof.csv")["seed"]) == {1000}
    assert (arms / "seed/oof.csv").read_bytes() != (arms / "learned/oof.csv").read_bytes()


def test_one_encoder_and_several_seeds(tiny: Path, answer: Answer) -> None:
    answer("cv", "--seeds", "2", "--encoders", "wavlm", "--name", "alone", *EVIDENCE)
    assert (weights(tiny / "runs/alone") == 1).all(axis=None)


@pytest.mark.parametrize("selection", ["neighbours", "greedy"])  # whose models hold what the others have not
def test_a_selection_of_evidence_alone_is_submitted_explained_and_refused_elsewhere(
    tiny: Path, answer: Answer, attempt: Attempt, selection: Selection
) -> None:
    rule = ("--selection", selection)
    answer("train", *rule, "--top-n", "1", "--name", selection, *EVIDENCE)
    assert answer("submit", "--run", selection, "--out", f"{selection}.csv")["n"] == len(
        pd.read_csv(tiny / f"{selection}.csv")
    )
    answer("explain", "--run", selection, "--out", f"explained-{selection}")
    for command in ("train", "ablate"):
        code, _, stderr = attempt(command, *rule, *FAST, "--set", "model.fusion=weighted")
        assert code == 3
        assert f"model.selection={selection} ranks" in stderr
        assert "--set model.fusion=evidence" in stderr


def test_the_number_of_processes_changes_no_byte(tiny: Path, answer: Answer) -> None:
    for name, jobs in (("jobs1", "1"), ("jobs2", "2")):
        words = ("--selection", "neighbours", "--top-n", "1", "--name", name, *EVIDENCE, "--jobs", jobs)
        answer("train", *words)
    for table in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv"):
        assert (tiny / "runs/jobs1" / table).read_bytes() == (tiny / "runs/jobs2" / table).read_bytes(), table


@pytest.mark.parametrize("setting", ["train.protocol=official", "model.heads=mixture", "adapt.method=coral"])
def test_other_settings_go_with_it(answer: Answer, setting: str) -> None:
    name = setting.replace("=", "-")
    found = answer("train", "--top-n", "auto", "--fold", "1", "--name", name, *EVIDENCE, "--set", setting)
    assert 0 <= found["oof"]["score"] <= 1


def test_a_gate_view_is_refused(attempt: Attempt) -> None:
    code, _, stderr = attempt("train", *EVIDENCE, "--set", "model.gate_view=[wavlm]")
    assert code == 3
    assert "model.gate_view" in stderr
