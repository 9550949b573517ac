"""Confusion of emotion sets and of saliences: what their captions conclude from planted mistakes."""

from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.labels import IS_BLEND, LABELS, SET_OF_LABEL
from blemore_cli.core.types import Ints
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.confusion_figure import confusion_figure, salience_figure


def test_the_caption_names_what_was_planted(loaded_model: LoadedModel) -> None:
    """Everything is right but half of the happy clips, called sad, and every happy-sad blend, called happy."""
    label = loaded_model.clips.label
    pair = [i for i, each in enumerate(LABELS) if each.emotions == ("hap", "sad")]
    half = (label == 3) & (np.cumsum(label == 3) % 2 == 0)
    predicted = np.where(half, 4, np.where(np.isin(label, pair), 3, label))
    conclusion = confusion_figure(replace(loaded_model, predicted=predicted[None])).conclusion
    assert "hap+sad worst (0 %)" in conclusion
    assert "hap+sad taken for hap (100 %)" in conclusion
    assert "0 % of the singles are predicted as blends, 10 % of the blends as singles" in conclusion


def test_every_row_has_its_clips_and_every_cell_its_percents(loaded_model: LoadedModel) -> None:
    svg = confusion_figure(replace(loaded_model, predicted=loaded_model.clips.label[None])).svg
    assert svg.count(">100</text>") == 16
    assert svg.count('class="outline"') == 16
    assert svg.count("  12</text>") == 6  # twelve clips of each single, a seed
    assert svg.count("  36</text>") == 10


def says(loaded_model: LoadedModel, predicted: Ints) -> str:
    found = salience_figure(replace(loaded_model, predicted=predicted))
    assert found is not None
    return found.conclusion


def test_the_caption_gives_the_share_among_right_pairs(loaded_model: LoadedModel) -> None:
    label, predicted = loaded_model.clips.label, loaded_model.predicted
    pair = (SET_OF_LABEL[label] == SET_OF_LABEL[predicted]) & IS_BLEND[label]
    share = np.count_nonzero(pair & (label == predicted)) / np.count_nonzero(pair)
    text = says(loaded_model, predicted)
    assert f"right in {share:.3f} of the cases" in text
    assert "more than the" in text  # two thirds of the pairs are drawn right


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [(None, "right in 1.000 of the cases"), (1, "less than the 0.333"), (0, "not distinguishable from")],
)
def test_the_verdict_follows_the_data(shift: int | None, verdict: str, loaded_model: LoadedModel) -> None:
    """Always right, always the next salience, and always the even one."""
    label = loaded_model.clips.label
    first = label - (label - 6) % 3
    even_or_next = first if shift == 0 else first + (label - 6 + 1) % 3
    predicted = label if shift is None else np.where(IS_BLEND[label], even_or_next, label)
    assert verdict in says(loaded_model, predicted[None])


def test_rows_go_from_one_dominance_to_the_other(loaded_model: LoadedModel) -> None:
    found = salience_figure(replace(loaded_model, predicted=loaded_model.clips.label[None]))
    assert found is not None
    names = ["70/30", "50/50", "30/70"]
    places = [found.svg.index(f">{name} (120)</text>") for name in names]
    assert places == sorted(places)
    assert found.svg.count(">100</text>") == 3


def test_without_a_right_pair_there_is_none(loaded_model: LoadedModel) -> None:
    assert salience_figure(replace(loaded_model, predicted=np.zeros_like(loaded_model.predicted))) is None
