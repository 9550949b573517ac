"""The heat map of the selection on the page."""

from dataclasses import replace

import numpy as np

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.selection_figure import selection_figure


def test_the_caption_says_what_is_drawn(loaded_model: LoadedModel) -> None:
    figure = selection_figure(loaded_model)
    assert figure is not None
    assert figure.caption.startswith("Clips that have an encoder for which it is kept, in percent")
    assert "2 seeds" in figure.caption
    assert "all (432)" in figure.svg
    weights = np.tile([0.5, 0.3, 0.2], (1, len(loaded_model.clips), 1))
    weighed = selection_figure(replace(loaded_model, weights=weights))
    assert weighed is not None
    assert weighed.caption.startswith("Mean fusion weight")


def test_one_encoder_leaves_nothing_to_choose(loaded_model: LoadedModel) -> None:
    assert selection_figure(replace(loaded_model, encoders=("face",), weights=loaded_model.weights[..., :1])) is None
