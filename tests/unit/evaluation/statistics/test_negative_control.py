"""What is said of a negative control, whether its interval holds zero or not."""

from dataclasses import replace

import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.evaluation.statistics.negative_control import negative_control_sentence

CONTROL = PairedComparison(
    "seed", "learned", "score", -0.004, (-0.012, 0.003), 0.3, 0.3, "actor_bootstrap", -0.1, note=""
)


def test_an_interval_with_zero_straddles_it() -> None:
    for interval in (CONTROL.ci95, (0.0, 0.0), (-0.1, 0.0)):
        assert "straddles zero, as it must: -0.004" in negative_control_sentence([replace(CONTROL, ci95=interval)])


@pytest.mark.parametrize("interval", [(0.001, 0.02), (-0.02, -0.001)])
def test_an_interval_without_zero_warns_of_the_other_differences(interval: tuple[float, float]) -> None:
    text = negative_control_sentence([replace(CONTROL, ci95=interval)])
    assert "does not straddle zero" in text
    assert "more --seeds" in text


def test_it_is_read_from_the_bootstrap_of_the_score() -> None:
    others = [replace(CONTROL, method="nadeau_bengio"), replace(CONTROL, metric="presence")]
    assert negative_control_sentence([*others, CONTROL]) == negative_control_sentence([CONTROL])
    with pytest.raises(UsageError, match="actor_bootstrap"):
        negative_control_sentence(others)
