"""The selection heat map and its caption, against plain loops."""

from dataclasses import replace

import numpy as np

from blemore_cli.core.labels import SET_OF_LABEL
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import share_text
from blemore_cli.reporting.page.figures.kept_figure import kept_figure


def test_the_caption_gives_the_shares(loaded_model: LoadedModel) -> None:
    shares = {name: np.mean(loaded_model.weights[:, :, e] > 0) for e, name in enumerate(loaded_model.encoders)}
    most, least = max(shares, key=lambda name: shares[name]), min(shares, key=lambda name: shares[name])
    found = kept_figure(loaded_model)
    assert found is not None
    assert f"{most} is kept most ({share_text(float(shares[most]))})" in found.says
    assert f"{least} least ({share_text(float(shares[least]))})" in found.says
    assert "even choice would give each 67 %" in found.says  # two of three
    assert "2 seeds" in found.shows


def test_the_set_that_matters_is_found(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.5, 0.5, 0.0], (2, len(loaded_model.clips), 1))
    weights[:, SET_OF_LABEL[loaded_model.clips.label] == 4] = [0.0, 0.5, 0.5]  # sad
    found = kept_figure(replace(loaded_model, weights=weights))
    assert found is not None
    assert "matters most for the choice is sad: face has" in found.says or "is sad: noise has" in found.says
    assert "97 percentage points" in found.says  # sad is one label of 36


def test_where_all_are_kept_weights_are_shown(loaded_model: LoadedModel) -> None:
    found = kept_figure(replace(loaded_model, weights=np.tile([0.5, 0.3, 0.2], (1, len(loaded_model.clips), 1))))
    assert found is not None
    assert "face weighs most (50 %), noise least (20 %)" in found.says


def test_one_encoder_leaves_nothing_to_choose(loaded_model: LoadedModel) -> None:
    assert kept_figure(replace(loaded_model, encoders=("face",), weights=loaded_model.weights[..., :1])) is None
