from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.tables.predictors import predictors_csv, predictors_title


def test_a_row_a_group_with_both_figures(predictors: Predictors) -> None:
    header, first, *rest = predictors_csv(predictors).splitlines()
    cells = dict(zip(header.split(","), first.split(","), strict=True))
    assert (cells["group"], cells["encoders"], cells["n_columns"]) == ("face mean", "face", "4")
    assert (cells["loss_rise"], cells["drop"], cells["p_adjusted"]) == ("0.08", "0.04", "0.004")
    assert (float(cells["loss_rise_ci95_low"]), cells["alone_ci95_low"]) == (0.06, "")
    assert len(rest) == 2


def test_the_title_says_what_is_shown(predictors: Predictors) -> None:
    assert "3 groups" in predictors_title(predictors)
    many = predictors.model_copy(update={"groups": predictors.groups * 10})
    assert "15 of 30 groups" in predictors_title(many)
    assert "intact Score 0.220, log loss 2.500; all shuffled 0.040, 4.400" in predictors_title(many)
