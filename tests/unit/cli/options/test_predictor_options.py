import pytest

from blemore_cli.cli.options.predictor_options import PredictorOptions
from blemore_cli.core.errors import UsageError
from blemore_cli.experiments.explaining.predictors import PredictorPlan


def test_nothing_is_measured_unless_asked_for() -> None:
    assert PredictorOptions().plan() is None
    assert PredictorOptions(predictors=True).plan() == PredictorPlan(None, False, (), 3)
    options = PredictorOptions(True, "column", joint=True, encoders=["face, voice", "face"], repeats=5)
    assert options.plan() == PredictorPlan("column", True, ("face", "voice"), 5)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PredictorOptions(True, "layer"), "--group is one of encoder, statistic, column, descriptor, got 'layer'"),
        (PredictorOptions(True, encoders=["face,,voice"]), "list with commas"),
        (PredictorOptions(joint=True), "--joint is an option of --predictors"),
        (PredictorOptions(group="column"), "--group is an option of --predictors"),
    ],
)
def test_what_makes_no_sense_is_refused(options: PredictorOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        options.plan()
