from dataclasses import replace

import pytest

from blemore_cli.evaluation.gate_quality.gate_precision import GatePrecision
from blemore_cli.evaluation.gate_quality.gate_sentence import gate_sentence

RIGHT = GatePrecision(
    0.9, (0.89, 0.91), 0.25, 0.001, 0.25, 0.65, (0.6, 0.7), 0.5, (0.4, 0.6), 0.88, (0.87, 0.9), 0.25, (0.6, 0.66)
)


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        (
            {},
            "finds encoders that are useful for the clip: 0.900 of the selected encoders are among the three most",
        ),
        ({"by_others": None, "by_others_dealt": None}, "useful for the clip as its own model reads them"),
        ({"p_value": 0.2}, "is no better than chance"),
        ({"ci95": (0.2, 0.95)}, "is no better than chance"),
        ({"ci95": None}, "is no better than chance"),
        ({"gain_ci95": (-0.1, 0.1)}, "useful everywhere but does not know the clip"),
        (
            {"by_others": 0.26, "by_others_gain_ci95": (-0.01, 0.03)},
            "what its own model reads best, not what is useful",
        ),
        ({"chance": 1.0}, "has nothing to choose"),
    ],
)
def test_no_more_is_claimed_than_the_figures_bear(changes: dict[str, object], claim: str) -> None:
    assert claim in gate_sentence(replace(RIGHT, **changes), 3)  # type: ignore[arg-type]


def test_numbers_and_names_are_words() -> None:
    assert "among the most useful," in gate_sentence(RIGHT, 1)
    assert "among the 12 most useful" in gate_sentence(RIGHT, 12)
    assert gate_sentence(RIGHT, 2, selector="random selection").startswith(
        "on these features the random selection finds"
    )
