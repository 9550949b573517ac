"""The heat map of the selection on the page."""

import re
from dataclasses import replace

import numpy as np

from blemore_cli.core.labels import SET_OF_LABEL
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.selection_figure import selection_figure
from blemore_cli.reporting.tables.notation import share_text


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


def conclusion_of(model: LoadedModel) -> str:
    figure = selection_figure(model)
    assert figure is not None
    return figure.conclusion


def test_shares_are_counted(loaded_model: LoadedModel) -> None:
    figure = selection_figure(loaded_model)
    assert figure is not None
    written = re.findall(r'class="cell(?:-dark)?"[^>]*>(\d+)<', figure.svg)
    is_ang = loaded_model.clips.label == 0
    for row, clips in enumerate((np.ones_like(is_ang), is_ang)):
        shares = np.mean(loaded_model.weights[:, clips] > 0, axis=(0, 1))
        assert written[3 * row : 3 * row + 3] == [f"{100 * share:.0f}" for share in shares]


def test_the_conclusion_gives_the_shares(loaded_model: LoadedModel) -> None:
    shares = {name: np.mean(loaded_model.weights[:, :, e] > 0) for e, name in enumerate(loaded_model.encoders)}
    most, least = max(shares, key=lambda name: shares[name]), min(shares, key=lambda name: shares[name])
    conclusion = conclusion_of(loaded_model)
    assert f"{most} is kept most ({share_text(float(shares[most]))})" in conclusion
    assert f"{least} least ({share_text(float(shares[least]))})" in conclusion
    assert "even choice would give each 67 %" in conclusion  # two of three


def test_the_set_that_departs_most_is_named(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.5, 0.5, 0.0], (2, len(loaded_model.clips), 1))
    weights[:, SET_OF_LABEL[loaded_model.clips.label] == 4] = [0.0, 0.5, 0.5]  # sad
    conclusion = conclusion_of(replace(loaded_model, weights=weights))
    assert "matters most for the choice is sad: face has" in conclusion or "is sad: noise has" in conclusion
    assert "97 percentage points" in conclusion  # sad is one label of 36


def test_where_all_are_kept_weights_are_concluded_from(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.5, 0.3, 0.2], (1, len(loaded_model.clips), 1))
    assert "face weighs most (50 %), noise least (20 %)" in conclusion_of(replace(loaded_model, weights=weights))
