"""What is said of a comparison, and what never is."""

from dataclasses import replace

import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.evaluation.statistics.comparison_sentence import WHY_NOT_TESTED, comparison_sentence

LOSS = PairedComparison(
    "random", "learned", "score", -0.031, (-0.046, -0.016), 0.0001, 0.0004, "actor_bootstrap", -0.6, ""
)


def test_a_difference() -> None:
    assert comparison_sentence([LOSS], n_actors=47) == (
        "random against learned: Score lower by 0.031, 95 % CI -0.046 to -0.016 "
        "(sign-flip test over actors, p < 0.001, Holm p < 0.001)"
    )
    gain = replace(LOSS, difference=0.02, ci95=(0.005, 0.035), p_value=0.012, p_adjusted=0.036)
    assert "Score higher by 0.020, 95 % CI 0.005 to 0.035 (" in comparison_sentence([gain], n_actors=47)


def test_no_difference_is_not_equality() -> None:
    found = replace(LOSS, difference=0.002, ci95=(-0.010, 0.013), p_value=0.71, p_adjusted=0.71, method="nadeau_bengio")
    assert comparison_sentence([found], n_actors=47, method="nadeau_bengio") == (
        "random against learned: no difference in Score that 47 actors can show: +0.002, 95 % CI -0.010 to 0.013 "
        "(corrected resampled t-test, p = 0.71, Holm p = 0.71)"
    )


def test_a_difference_that_falls_to_the_correction() -> None:
    text = comparison_sentence([replace(LOSS, p_value=0.03, p_adjusted=0.09)], n_actors=47)
    assert "which the correction for several comparisons does not leave standing (" in text
    assert "p = 0.030, Holm p = 0.090" in text


@pytest.mark.parametrize(("note", "words"), WHY_NOT_TESTED.items())
def test_degenerate_cases_in_words(note: str, words: str) -> None:
    found = replace(LOSS, difference=0.0, p_value=None, p_adjusted=None, note=note)
    assert comparison_sentence([found], n_actors=1) == f"random against learned: Score +0.000, not tested: {words}"


def test_the_figure_and_method_asked_for() -> None:
    tests = [LOSS, replace(LOSS, metric="presence", method="wilcoxon", difference=-0.05)]
    text = comparison_sentence(tests, n_actors=47, method="wilcoxon", metric="presence")
    assert "presence lower by 0.050" in text
    assert "Wilcoxon" in text


def test_refuses_a_test_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="score by mcnemar"):
        comparison_sentence([LOSS], n_actors=47, method="mcnemar")
