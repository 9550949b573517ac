import io

from rich.console import Console

from blemore_cli.cli.views.explain_views import explain_views
from blemore_cli.experiments.runs.explanation_file import Explanation, PlantedAgreement
from blemore_cli.experiments.runs.predictors_record import Predictors


def shown(explained: Explanation) -> str:
    console = Console(file=io.StringIO(), width=80)
    for view in explain_views(explained):
        console.print(view)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return str(text)


def test_figures_and_verdict_are_shown_at_80_columns(explained: Explanation) -> None:
    planted = PlantedAgreement(precision=0.951, chance=0.333, test_precision=0.9, useful_precision=0.8)
    text = shown(explained.model_copy(update={"planted": planted}))
    assert f"{explained.agreement.precision:.3f}" in text
    assert "selected and planted" in text
    assert "0.951" in text
    assert "cross-seed precision" in text
    assert " ".join(text.split()).endswith(f"{explained.verdict}.")
    assert max(map(len, text.splitlines())) <= 80


def test_what_does_not_exist_is_left_out(explained: Explanation) -> None:
    bare = explained.model_copy(update={"stability": {}, "deletion": None, "standardize": "person"})
    text = shown(bare)
    assert "selected alike" not in text
    assert "deletion" not in text
    assert "transductive" in text


def test_predictors_follow_the_verdict(explained: Explanation, predictors: Predictors) -> None:
    text = shown(explained.model_copy(update={"predictors": predictors}))
    assert text.index(explained.verdict[:30]) < text.index("which columns carry the prediction")
    assert "+0.080" in text
    assert text.rstrip().endswith("the Score falls with 1 of 3 groups shuffled.")
    assert max(map(len, text.splitlines())) <= 80
