"""The figure of reliability and the verdict of its caption."""

from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.labels import IS_BLEND, N_LABELS, SET_OF_LABEL
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.reliability_figure import of_model, reliability_figure


def test_every_prediction_counts_with_the_probability_of_its_set(loaded_model: LoadedModel) -> None:
    found = of_model(loaded_model)
    probs, rights = [], []
    for prob, predicted in zip(loaded_model.prob, loaded_model.predicted, strict=True):
        for row, label, truth in zip(prob, predicted, loaded_model.clips.label, strict=True):
            probs.append(row[np.isin(SET_OF_LABEL, SET_OF_LABEL[label])].sum())
            rights.append(SET_OF_LABEL[label] == SET_OF_LABEL[truth])
    assert found.count.sum() == len(probs) == 864
    assert found.bias == pytest.approx(np.mean(probs) - np.mean(rights))
    figure = reliability_figure(loaded_model)
    assert figure is not None
    assert f"{found.ece:.3f}" in figure.conclusion
    assert "864" in figure.caption


@pytest.mark.parametrize(
    ("is_right", "says"), [(True, "too low, by 0.500"), (False, "too high, by 0.500"), (None, "match the share right")]
)
def test_the_verdict_follows_the_bias(is_right: bool | None, says: str, loaded_model: LoadedModel) -> None:
    """Every prediction of a single, made with a probability of one half; right always, never, and every other time."""
    label = np.tile([0, 1], len(loaded_model.clips) // 2)
    predicted = {True: label, False: np.where(label == 0, 2, 3), None: np.zeros_like(label)}[is_right]
    prob = 0.5 * np.eye(N_LABELS)[predicted]
    prob[:, 35] = 0.5
    clips = replace(loaded_model.clips, label=label)
    figure = reliability_figure(replace(loaded_model, clips=clips, predicted=predicted[None], prob=prob[None]))
    assert figure is not None
    assert says in figure.conclusion


def test_heads_that_do_not_speak_of_blends_have_none(loaded_model: LoadedModel) -> None:
    assert reliability_figure(replace(loaded_model, prob=np.where(IS_BLEND, 0, loaded_model.prob))) is None
