"""The LaTeX and CSV tables of an ablation byte for byte."""

from pathlib import Path

from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult
from blemore_cli.reporting.tables.ablation import ablation_csv, ablation_latex

FOLDER = Path(__file__).parent

RESULT = Ablation(
    run="ablate",
    reference="learned",
    protocol="nested",
    n_clips=2456,
    n_actors=47,
    n_folds=5,
    seeds=(0, 1),
    arms=(
        ArmResult(
            name="learned",
            difference={},
            presence=0.3,
            salience=0.125,
            score=0.2125,
            score_std=0.005,
            ci95=(0.19, 0.235),
            n_seeds=2,
        ),
        ArmResult(
            name="top_1",
            difference={"model.top_n": "1"},
            presence=0.25,
            salience=0.1,
            score=0.175,
            score_std=0.0,
            ci95=(0.15, 0.2),
            n_seeds=2,
        ),
    ),
    tests=(
        PairedComparison(
            "top_1", "learned", "score", -0.0375, (-0.05, -0.025), 0.0001, 0.0001, "actor_bootstrap", -0.8, ""
        ),
        PairedComparison(
            "top_1", "learned", "score", -0.0375, (-0.06, -0.015), 0.0123, 0.0123, "nadeau_bengio", -0.8, ""
        ),
    ),
    conclusion="In Score, learned is better than top_1 (claimed where Holm p < 0.05)",
    sentences=(),
    failed={"dann": "the loss became NaN"},
)


def test_latex() -> None:
    assert ablation_latex(RESULT) == (FOLDER / "ablation.tex").read_text(encoding="utf-8")


def test_csv() -> None:
    assert ablation_csv(RESULT) == (FOLDER / "ablation.csv").read_text(encoding="utf-8")
