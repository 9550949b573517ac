from dataclasses import replace
from pathlib import Path

import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.data_checks.reduction_notes import reduction_notes
from blemore_cli.training import reduction


@pytest.mark.parametrize(("width", "is_noted"), [(300, False), (301, True)])
def test_encoders_wider_than_the_training_clips_are_many_are_named(
    project: Config, width: int, is_noted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reduction, "LEAST_CLIPS", 300)
    index = read_index(tmp_path / "index.h5")
    assert reduction_notes(index) == []
    wider = replace(index, encoders=index.encoders | {"voice": replace(index.encoders["voice"], dim=width)})
    notes = reduction_notes(wider)
    assert bool(notes) == is_noted
    assert all("about as much space" in note for note in notes)
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "gram").write_bytes(bytes(2_400_000))
    assert all("takes 2 MB now" in note for note in reduction_notes(wider, tmp_path))
    assert all("voice" in note and "300" in note and "face" not in note for note in notes)
