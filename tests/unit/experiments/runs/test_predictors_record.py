from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.predictors_record import Predictors


def test_an_explanation_has_predictors_only_where_asked_for(explained: Explanation, predictors: Predictors) -> None:
    assert "predictors" not in explained.as_json()
    content = explained.model_copy(update={"predictors": predictors}).as_json()
    assert content["predictors"]["groups"][2]["p_adjusted"] is None
    read = Explanation.model_validate(content).predictors
    assert read is not None
    assert read.as_json() == predictors.as_json()
