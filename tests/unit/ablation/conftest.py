"""An ablation of four arms: the reference, one that differs, one that cannot be tested, one with an odd name."""

import pytest

from blemore_cli.evaluation.comparison import Method, Test
from blemore_cli.experiments.ablation_result import Ablation, ArmResult

ODD = "top_n=3 & [50 %]"


def arm(name: str, score: float, **difference: str) -> ArmResult:
    changes = {f"model.{key}": value for key, value in difference.items()}
    return ArmResult(name, changes, score + 0.1, score - 0.1, score, 0.004, (score - 0.02, score + 0.03), 3)


def compared(name: str, difference: float, p_value: float | None, method: Method, note: str = "") -> Test:
    interval, adjusted = (difference - 0.01, difference + 0.015), None if p_value is None else min(1, 3 * p_value)
    return Test(name, "learned", "score", difference, interval, p_value, adjusted, method, 0.3, note)


@pytest.fixture
def ablation() -> Ablation:
    return Ablation(
        run="ablate-1",
        reference="learned",
        protocol="nested",
        n_clips=2456,
        n_actors=47,
        n_folds=5,
        seeds=(0, 1, 2),
        arms=(
            arm("learned", 0.22),
            arm("random", 0.18, selection="random"),
            arm("same", 0.22, d_gate="16"),
            arm(ODD, 0.2163, top_n="3"),
        ),
        tests=(
            compared("random", -0.04, 0.0002, "actor_bootstrap"),
            compared("random", -0.04, 0.0101, "nadeau_bengio"),
            compared("same", 0.0, None, "actor_bootstrap", "equal predictions"),
            compared("same", 0.0, None, "nadeau_bengio", "equal predictions"),
            compared(ODD, -0.0037, 0.4, "actor_bootstrap"),
            compared(ODD, -0.0037, 0.2, "nadeau_bengio"),
        ),
        sentences=("random is worse than learned.", "No difference that 47 actors can show."),
        failed={"dann": "the loss became NaN"},
    )


@pytest.fixture
def lonely() -> Ablation:
    """The reference alone, with one seed."""
    reference = ArmResult("learned", {}, 0.32, 0.12, 0.22, None, (0.2, 0.25), 1)
    return Ablation("alone", "learned", "official", 10, 2, 2, (7,), (reference,), (), (), {})
