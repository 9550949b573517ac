"""The data of the clip browser: read back by a decoder of its own, safe in a page, and never too large."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Floats
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun
from blemore_cli.reporting.page.clip_data import ALPHABET, clip_data, majority, quantised


def numbers(text: str, *, n_characters: int) -> Floats:
    """Reads characters as the page's script does."""
    digits = np.array([ALPHABET.index(each) for each in text]).reshape(-1, n_characters)
    values: Floats = digits @ 64.0 ** np.arange(n_characters)[::-1] / (64**n_characters - 1)
    return values


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.sampled_from([1, 2]))
def test_a_number_is_kept_within_half_a_step(values: list[float], n_characters: int) -> None:
    found = numbers(quantised(np.array(values), n_characters=n_characters), n_characters=n_characters)
    assert np.abs(found - values).max() <= 0.5 / (64**n_characters - 1) + 1e-12


def read(written_index: Index, *models: LoadedModel) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(clip_data(written_index.clips, models).json)
    return content


def test_everything_comes_back(written_index: Index, loaded_model: LoadedModel) -> None:
    content = read(written_index, loaded_model)
    [found] = content["models"]
    n = len(loaded_model.clips)
    assert content["clips"] == loaded_model.clips.filename.tolist()  # the test clips are nobody's
    assert [content["actors"][i] for i in content["actor"]] == loaded_model.clips.actor.tolist()
    assert [ALPHABET.index(each) for each in content["label"]] == loaded_model.clips.label.tolist()
    assert content["labels"] == list(LABEL_CODES)
    assert (found["name"], found["seeds"], found["encoders"]) == ("one", 2, list(loaded_model.encoders))
    prob = numbers(found["prob"], n_characters=2).reshape(n, 36)
    assert np.abs(prob - loaded_model.prob.mean(axis=0)).max() <= 0.5 / 4095 + 1e-12
    weight, kept = (numbers(found[key], n_characters=1).reshape(n, 3) for key in ("weight", "kept"))
    assert np.abs(weight - loaded_model.weights.mean(axis=0)).max() <= 0.5 / 63 + 1e-12
    assert np.abs(kept - (loaded_model.weights > 0).mean(axis=0)).max() <= 0.5 / 63 + 1e-12
    votes = np.array([ALPHABET.index(each) for each in found["votes"]]).reshape(n, 2)
    assert np.array_equal(votes.T, loaded_model.predicted)


def test_soundness_is_there_where_the_model_tells_it(written_index: Index, loaded_model: LoadedModel) -> None:
    soundness = np.random.default_rng(0).random(loaded_model.weights.shape)
    models = (loaded_model, replace(loaded_model, soundness=soundness))
    without, with_it = (model["sound"] for model in read(written_index, *models)["models"])
    assert without is None
    read_back = numbers(with_it, n_characters=1).reshape(soundness.shape[1:])
    assert np.abs(read_back - soundness.mean(axis=0)).max() <= 0.5 / 63 + 1e-12


def test_a_model_of_some_clips_says_which(written_index: Index, loaded_model: LoadedModel) -> None:
    rows = np.flatnonzero(loaded_model.clips.fold == 1)
    some = replace(
        loaded_model,
        clips=loaded_model.clips.take(rows),
        predicted=loaded_model.predicted[:, rows],
        prob=loaded_model.prob[:, rows],
        weights=loaded_model.weights[:, rows],
    )
    whole, part = read(written_index, loaded_model, some)["models"]
    assert whole["rows"] is None
    assert part["rows"] == rows.tolist()


def test_nothing_in_it_ends_the_script(written_index: Index, loaded_model: LoadedModel) -> None:
    hostile = '</script><!--<script>alert("1")'
    names = loaded_model.clips.filename.astype(object)
    names[0] = hostile
    clips = replace(loaded_model.clips, filename=names.astype(str))
    data = clip_data(clips, [replace(loaded_model, clips=clips, run=hostile, encoders=(hostile, "b", "c"))])
    assert "<" not in data.json
    content = json.loads(data.json)
    assert content["clips"][0] == content["models"][0]["encoders"][0] == hostile


def test_models_are_taken_while_there_is_room(written_index: Index, loaded_arms: LoadedRun) -> None:
    names = tuple(loaded_model.name for loaded_model in loaded_arms.models)
    size = len(clip_data(written_index.clips, loaded_arms.models).json)
    assert clip_data(written_index.clips, loaded_arms.models).shown == names
    tight = clip_data(written_index.clips, loaded_arms.models, most_bytes=size - 100)
    assert (tight.shown, tight.left_out) == (names[:1], names[1:])
    assert len(tight.json) < size - 100
    assert clip_data(written_index.clips, loaded_arms.models, most_bytes=1).shown == names[:1]  # the first one always


@pytest.mark.parametrize(("votes", "expected"), [([1, 1, 2], 1), ([2, 2, 1], 2), ([1, 2, 3], 2)])
def test_most_seeds_decide_and_probability_among_equals(votes: list[int], expected: int) -> None:
    prob = np.zeros((1, 36))
    prob[0, [1, 2, 30]] = [0.1, 0.3, 0.6]
    assert majority(np.array(votes)[:, None], prob).tolist() == [expected]
