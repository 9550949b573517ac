"""What is concluded on the reference arm, and what never is."""

import pytest

from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.evaluation.statistics.reference_sentence import (
    ablation_conclusion,
    corrected_verdict,
    interval_verdict,
    reference_sentence,
)

KEEPS_ALL = ("full", "mean")


def against(arm: str, difference: float, p_value: float | None, p_adjusted: float | None = None) -> PairedComparison:
    interval, adjusted = (difference - 0.01, difference + 0.01), p_value if p_adjusted is None else p_adjusted
    return PairedComparison(arm, "learned", "score", difference, interval, p_value, adjusted, "actor_bootstrap", 0, "")


def concluded(*tests: PairedComparison, n_actors: int = 47) -> str:
    return ablation_conclusion(tests, "learned", n_actors=n_actors, keeps_all=KEEPS_ALL)


def test_what_the_reference_does_not_beat_is_named_first() -> None:
    verdicts = {
        "mean": {"noise": "better", "swap": "better"},
        "full": {"noise": "unclear", "swap": "worse"},
    }
    assert reference_sentence("learned", verdicts) == (  # type: ignore[arg-type]
        "learned is worse than full under swap; not shown to be better than full under noise; "
        "better than mean under every kind"
    )


def test_arms_that_keep_all_come_before_others() -> None:
    text = concluded(against("random", 0.0, 0.9), against("fixed", -0.1, 0.001), against("mean", 0.01, 0.2))
    assert text == (
        "In Score, learned is not shown to be better than mean or random; better than fixed (claimed where Holm p < "
        "0.05, sign-flip test over 47 actors): choosing encoders for each clip is not shown to gain over keeping all "
        "of them"
    )


def test_a_gain_is_claimed_over_every_arm_that_keeps_all() -> None:
    both = against("mean", -0.1, 0.001), against("full", -0.1, 0.001)
    assert concluded(*both).endswith("choosing encoders for each clip gains over keeping all of them")
    assert "is not shown to gain" in concluded(both[0], against("full", -0.1, 0.03, 0.06))


def test_a_worse_reference_is_stated_before_anything_else() -> None:
    text = concluded(against("random", -0.1, 0.001), against("mean", 0.0, 1.0), against("full", 0.1, 0.001))
    assert text.startswith("In Score, learned is worse than full; not shown to be better than mean; better than random")


def test_without_arms_that_keep_all_selection_is_not_judged() -> None:
    text = concluded(against("random", -0.1, 0.001), n_actors=1)
    assert text.endswith("(claimed where Holm p < 0.05, sign-flip test over one actor)")
    assert concluded() == ""


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        (against("a", -0.1, 0.049), "better"),
        (against("a", 0.1, 0.049), "worse"),
        (against("a", -0.1, 0.05), "unclear"),
        (against("a", -0.1, 0.01, 0.06), "unclear"),
        (against("a", 0.0, None), "unclear"),
    ],
)
def test_the_corrected_p_value_decides(test: PairedComparison, verdict: str) -> None:
    assert corrected_verdict(test) == verdict


@pytest.mark.parametrize(
    ("interval", "verdict"),
    [((-0.2, -0.1), "better"), ((-0.1, 0.0), "unclear"), ((0.01, 0.1), "worse"), (None, "unclear")],
)
def test_an_interval_decides_where_nothing_is_tested(interval: tuple[float, float] | None, verdict: str) -> None:
    assert interval_verdict(interval) == verdict
