from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.fixtures.feature_files import npz

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.npz import Npz
from blemore_cli.data.features.containers.places import Place, Places, places_in

CLIPS = ["A", "B"]
FRAMES = np.ones((3, 2))
MATRIX = np.ones((2, 3))


def places(arrays: Mapping[str, Any]) -> Places:
    return places_in(Npz(npz(**arrays), Path("x.npz")), CLIPS.__contains__)


def names(arrays: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The place of each clip as text, by encoder."""
    return {key: {clip: str(at) for clip, at in of.items()} for key, of in places(arrays).encoders.items()}


def test_keys_name_clips_at_any_depth() -> None:
    assert names({"A": FRAMES, "B.mov": FRAMES}) == {"": {"A": "A", "B": "B.mov"}}
    assert names({"A/emb": FRAMES, "B/emb": FRAMES}) == {"": {"A": "A/emb", "B": "B/emb"}}
    assert names({"train/A": FRAMES, "test/B": FRAMES}) == {"": {"A": "train/A", "B": "test/B"}}
    assert names({"A/A": FRAMES, "B/B": FRAMES}) == {"": {"A": "A/A", "B": "B/B"}}


def test_names_beside_clips_count_as_clips() -> None:
    assert list(names({"A": FRAMES, "C": FRAMES})[""]) == ["A", "C"]


def test_of_several_arrays_of_a_clip_the_features_are_taken_or_all() -> None:
    both = {f"{clip}/{key}": FRAMES for clip in CLIPS for key in ("features", "intervals", "other")}
    assert names(both) == {"": {"A": "A/features", "B": "B/features"}}
    assert places(both).left_out == ("CLIP/intervals", "CLIP/other")
    unnamed = {f"{clip}/{key}": FRAMES for clip in CLIPS for key in ("hubert", "wavlm", "label")}
    assert {key: list(of) for key, of in names(unnamed).items()} == {"hubert": CLIPS, "wavlm": CLIPS}


def test_groups_around_clips_are_encoders() -> None:
    arrays = {f"{key}/{split}/{clip}": FRAMES for key in ("x", "y") for split, clip in (("train", "A"), ("test", "B"))}
    assert {key: list(of) for key, of in names(arrays).items()} == {"x": CLIPS, "y": CLIPS}


def test_lists_name_the_rows() -> None:
    assert names({"X": MATRIX, "filenames": np.array(CLIPS)}) == {"": {"A": "X[0]", "B": "X[1]"}}
    unknown = np.array(["C", "D"])
    assert list(names({"X": MATRIX, "filenames": unknown, "notes": np.array(["a", "b"])})[""]) == ["C", "D"]
    arrays = {"train/X": MATRIX[:1], "train/id": np.array(["B"]), "test/X": MATRIX[:1], "test/id": np.array(["A"])}
    assert names(arrays) == {"": {"B": "train/X[0]", "A": "test/X[0]"}}


def test_matrices_beside_x_are_encoders_unless_one_is_named_like_features() -> None:
    lists = {"id": np.array(CLIPS)}
    assert list(names({**lists, "vision": MATRIX, "audio": MATRIX, "labels": MATRIX})) == ["vision", "audio"]
    assert list(names({**lists, "features": MATRIX, "audio": MATRIX})) == [""]
    assert places({**lists, "features": MATRIX, "audio": MATRIX}).left_out == ("audio",)


def test_lengths_end_the_rows() -> None:
    arrays = {"x": np.ones((2, 5, 3)), "y": np.ones((2, 5, 3)), "id": np.array(CLIPS)}
    found_places = places({**arrays, "x_lengths": np.array([4, 5]), "lengths": np.array([1, 2])}).encoders
    assert found_places[""]["A"] == Place(("x",), 0, 4)


def test_contradictions_are_refused() -> None:
    with pytest.raises(DataError, match=r"once, got A at A and A\.mov"):
        places({"A": FRAMES, "A.mov": FRAMES})
    with pytest.raises(DataError, match="one list must name the clips"):
        places({"X": MATRIX, "a": np.array(["A", "B"]), "b": np.array(["B", "A"])})


def test_nothing_is_found_where_no_name_is_a_clip() -> None:
    assert places({"w": MATRIX}).encoders == {}
    assert places({"X": np.ones(2), "filenames": np.array(CLIPS)}).encoders == {}
