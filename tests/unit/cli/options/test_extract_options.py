from pathlib import Path

import pytest

from blemore_cli.cli.options.extract_options import ExtractOptions
from blemore_cli.core.errors import UsageError


def test_only_what_is_given_changes_the_configuration() -> None:
    changes = ExtractOptions(media=[Path("clips")], jobs=2).changes
    assert {key: value for key, value in changes.items() if value is not None} == {
        "extract.media": [Path("clips")],
        "extract.jobs": 2,
    }


def test_encoders_by_name_lists_and_folders() -> None:
    options = ExtractOptions(encoder=["egemaps,voice", "wavlm=models/wavlm, large"])
    assert options.folders_by_name == {"egemaps": None, "voice": None, "wavlm": "models/wavlm, large"}
    assert ExtractOptions().folders_by_name == {}


@pytest.mark.parametrize("text", ["", "=models", "wavlm=", "a,,b"])
def test_names_and_folders_are_not_empty(text: str) -> None:
    with pytest.raises(UsageError, match="must be NAME or NAME=FOLDER"):
        _ = ExtractOptions(encoder=[text]).folders_by_name
