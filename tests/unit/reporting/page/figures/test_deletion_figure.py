"""Figure of the deletion curves, and the notes below it."""

import re
from dataclasses import replace

import numpy as np

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.figure_data.deletion import NAMES
from blemore_cli.reporting.page.figures.deletion_figure import deletion_figure, explanation_notes


def test_there_is_none_without_an_explanation(loaded_model: LoadedModel) -> None:
    assert deletion_figure(replace(loaded_model, explanation=None)) is None
    assert explanation_notes([replace(loaded_model, explanation=None)]) == []


def test_notes_tell_verdict_and_agreement(loaded_model: LoadedModel) -> None:
    verdict, agreement = explanation_notes([loaded_model])
    assert verdict == "one: the gate is no better than chance."
    assert all(number in agreement for number in ("0.380", "0.310-0.440", "chance 0.375"))


def test_every_curve_has_a_row_in_the_key(loaded_model: LoadedModel) -> None:
    figure = deletion_figure(loaded_model)
    assert figure is not None
    places = {name: float(y) for y, name in re.findall(r'y="([\d.]+)"[^>]*>([a-z]+[- a-z]*)</text>', figure.svg)}
    heights = sorted(places[name] for name in NAMES.values())
    assert min(np.diff(heights)) >= 12
    assert [figure.svg.count(css) for css in ("curve-a", "curve-b", "curve-c")] == [2, 2, 2]
