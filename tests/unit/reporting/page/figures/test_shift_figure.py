"""The figure of shifted encoders: which are clear, and how much weight they have."""

from dataclasses import replace

import numpy as np

from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.shift_figure import shift_figure

CLEAR = Shift(0.97, 0.4, 0.7)


def test_the_caption_gives_their_share_of_the_weight(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.1, 0.3, 0.6], (2, len(loaded_model.clips), 1))
    shifts = {"face": CLEAR, "voice": Shift(0.5, 0.4, 0.6), "noise": CLEAR, "other": Shift(None, None, None)}
    found = shift_figure(shifts, replace(loaded_model, weights=weights))
    assert found is not None
    assert "2 of 3 encoders are clearly shifted" in found.conclusion
    assert found.conclusion.endswith("Unknown, as too few clips have them: other.")
    assert "face, noise" in found.conclusion
    assert "70 % of its weight; an even choice 67 %" in found.conclusion
    assert (found.svg.count("mark-differs"), found.svg.count("mark-plain")) == (2, 1)


def test_none_is_clear_or_known(loaded_model: LoadedModel) -> None:
    found = shift_figure({"face": Shift(0.5, None, None), "voice": Shift(0.6, 0.4, 0.7)}, loaded_model)
    assert found is not None
    assert found.conclusion == "No encoder of 2 is clearly shifted."
    assert shift_figure({"face": Shift(None, None, None)}, loaded_model) is None
    assert shift_figure({}, loaded_model) is None


def test_what_has_no_null_range_is_not_called_clear_as_in_training(loaded_model: LoadedModel) -> None:
    found = shift_figure({"face": Shift(0.97, None, None)}, loaded_model)
    assert found is not None
    assert found.conclusion == "No encoder of 1 is clearly shifted."
