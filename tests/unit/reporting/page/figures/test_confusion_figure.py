"""The caption of the confusion names what the data say."""

from dataclasses import replace

import numpy as np

from blemore_cli.core.labels import LABELS
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.confusion_figure import confusion_figure


def test_the_caption_says_what_was_planted(loaded_model: LoadedModel) -> None:
    """Everything is right but half of the happy clips, called sad, and every happy-sad blend, called happy."""
    label = loaded_model.clips.label
    pair = [i for i, each in enumerate(LABELS) if each.emotions == ("hap", "sad")]
    half = (label == 3) & (np.cumsum(label == 3) % 2 == 0)
    predicted = np.where(half, 4, np.where(np.isin(label, pair), 3, label))
    says = confusion_figure(replace(loaded_model, predicted=predicted[None])).conclusion
    assert "hap+sad worst (0 %)" in says
    assert "hap+sad taken for hap (100 %)" in says
    assert "0 % of the singles are predicted as blends, 10 % of the blends as singles" in says


def test_every_row_has_its_clips_and_every_cell_its_percents(loaded_model: LoadedModel) -> None:
    svg = confusion_figure(replace(loaded_model, predicted=loaded_model.clips.label[None])).svg
    assert svg.count(">100</text>") == 16
    assert svg.count('class="outline"') == 16
    assert svg.count("  12</text>") == 6  # twelve clips of each single, a seed
    assert svg.count("  36</text>") == 10
