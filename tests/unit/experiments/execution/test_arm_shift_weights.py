import numpy as np
import pytest

from blemore_cli.core.choices import ShiftRule
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.execution.arm_shift_weights import ArmShiftWeights, Shifts, arm_shift_weights

NEAR, FAR = Shift(0.60, 0.5, 0.7), Shift(0.95, 0.5, 0.7)
SHIFTS: Shifts = {
    "face": {"test": NEAR, "0": FAR, "1": NEAR},
    "noise": {"test": FAR, "0": NEAR, "1": NEAR},
    "voice": {"test": NEAR, "0": NEAR, "1": NEAR},
}


@pytest.fixture
def index(project: Config) -> Index:
    return read_index(project.data.index)


def test_each_target_has_a_trust_of_its_own(project: Config, index: Index) -> None:
    found = arm_shift_weights(project, index, SHIFTS)
    assert found.encoders == ("face", "noise", "voice")
    assert found.towards("held_out", 0) == (0.0, 1.0, 1.0)
    assert found.towards("held_out", 1) == ()
    assert found.towards("test", 0) == found.towards("test", 1) == (1.0, 0.0, 1.0)


def test_metrics_name_what_is_trusted_less(project: Config, index: Index) -> None:
    found = arm_shift_weights(project, index, SHIFTS)
    face, noise = {"face": {"auc": 0.95, "trust": 0.0}}, {"noise": {"auc": 0.95, "trust": 0.0}}
    assert found.report([0, 1], has_test=True).as_json() == {
        "rule": "drop",
        "test": noise,
        "folds": {"0": face, "1": {}},
    }
    assert found.report([1], has_test=False).as_json() == {"rule": "drop", "folds": {"1": {}}}


@pytest.mark.parametrize(("rule", "trust"), [("drop", 0.0), ("downweight", 1 / 6)])
def test_the_configuration_decides_the_rule_and_the_encoders(
    project: Config, index: Index, rule: ShiftRule, trust: float
) -> None:
    config = with_changes(project, {"adapt.shift": rule, "model.encoders": ["voice", "noise"]})
    np.testing.assert_allclose(arm_shift_weights(config, index, SHIFTS).towards("test", 0), (1.0, trust))
    alone = with_changes(project, {"adapt.shift": "drop", "model.encoders": ["noise"]})
    assert arm_shift_weights(alone, index, SHIFTS).towards("test", 0) == ()


def test_without_a_rule_all_are_trusted_and_nothing_is_read(project: Config, index: Index) -> None:
    found = arm_shift_weights(with_changes(project, {"adapt.shift": "none"}), index, {})
    assert found == ArmShiftWeights()
    assert found.towards("test", 0) == found.towards("held_out", 3) == ()
