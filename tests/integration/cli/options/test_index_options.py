"""The options of `blemore index`, as keys of the configuration."""

from pathlib import Path

import pytest

from blemore_cli.cli.options.index_options import IndexOptions
from blemore_cli.core.errors import UsageError


def test_options_that_are_not_given_change_nothing() -> None:
    assert set(IndexOptions().changes.values()) == {None}


def test_options_set_their_keys() -> None:
    given = IndexOptions(features=[Path("f")], out=Path("i.h5"), missing="mask", encoder=["a=b"], modality=["a=audio"])
    found = {key: value for key, value in given.changes.items() if value is not None}
    assert found == {
        "data.features": [Path("f")],
        "data.index": Path("i.h5"),
        "data.encoders.a": "b",
        "data.modality.a": "audio",
        "data.missing": "mask",
    }


@pytest.mark.parametrize("text", ["a", "a=", "=b"])
def test_pairs_are_name_and_value(text: str) -> None:
    with pytest.raises(UsageError, match="NAME=PATH is needed"):
        _ = IndexOptions(encoder=[text]).changes


def test_a_repeated_encoder_has_several_paths() -> None:
    given = IndexOptions(encoder=["a=b", "c=d", "a=e"]).changes
    assert (given["data.encoders.a"], given["data.encoders.c"]) == (["b", "e"], "d")


def test_a_repeated_modality_must_be_the_same() -> None:
    assert IndexOptions(modality=["a=audio", "a=audio"]).changes["data.modality.a"] == "audio"
    with pytest.raises(UsageError, match="one modality, got audio and video for a"):
        _ = IndexOptions(modality=["a=audio", "a=video"]).changes
