from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.evaluation.domain_shift.shift import Shift, is_clearly_shifted, shift_summary
from blemore_cli.experiments.data_checks.inspection import (
    UNKNOWN,
    degenerate_counts,
    encoder_shifts,
    fold_counts,
    nan_counts,
    set_counts,
    target_shifts,
)


@pytest.fixture
def index(tiny_table: FeatureTable, tmp_path: Path) -> Index:
    tiny_table.features[2][tiny_table.clips.is_test] += 50
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(tmp_path / "index.h5", tiny_table.clips, encoders)
    return read_index(tmp_path / "index.h5")


def test_counts_cover_the_training_clips(index: Index) -> None:
    assert sum(set_counts(index).values()) == 300
    assert fold_counts(index) == [{"fold": fold, "clips": 60, "actors": 3} for fold in range(5)]
    assert nan_counts(index) == {"face": 0, "voice": 0, "noise": 0}


def test_degenerate_features_are_counted(index: Index) -> None:
    counts = degenerate_counts(index)
    assert [each.note() for each in counts.values()] == [""] * 3
    assert [each.width for each in counts.values()] == [info.dim for info in index.encoders.values()]


def test_a_moved_encoder_is_exposed_on_the_test_clips_alone(index: Index) -> None:
    steps: list[tuple[int, int]] = []
    shifts = encoder_shifts(index, {}, progress=lambda done, total: steps.append((done, total)))
    noise = shifts["noise"]
    assert (noise.auc or 0) > 0.99
    assert shift_summary(noise).startswith("shifted")
    assert (shifts["voice"].auc or 1) < 0.9
    assert steps == [(1, 3), (2, 3), (3, 3)]
    targets = target_shifts(index, "noise")
    assert list(targets) == ["test", "0", "1", "2", "3", "4"]
    assert targets["test"] == noise
    assert {(shift.null_low, shift.null_high) for shift in targets.values()} == {(noise.null_low, noise.null_high)}
    assert all((targets[str(fold)].auc or 1) < 0.9 for fold in range(5))


def test_what_is_known_is_not_measured_again(index: Index) -> None:
    known = Shift(0.5, 0.4, 0.6)
    shifts = encoder_shifts(index, dict.fromkeys(index.encoders, known), progress=lambda *_: None)
    assert shifts == dict.fromkeys(index.encoders, known)


def test_a_shift_in_words() -> None:
    assert shift_summary(Shift(None, None, None)) == "unknown: too few clips"
    assert shift_summary(Shift(0.60, 0.5, 0.7)) == "as between actors"
    assert shift_summary(Shift(0.72, 0.5, 0.7)) == "slightly shifted"
    assert np.char.startswith(shift_summary(Shift(0.9, 0.5, 0.7)), "shifted")


def test_features_that_are_not_finite_are_left_out(tiny_table: FeatureTable, tmp_path: Path) -> None:
    tiny_table.features[0][~tiny_table.present[:, 0]] = 0  # absent for a seventh of the clips
    tiny_table.features[0][1] = np.inf
    face = EncoderFeatures("face", tiny_table.features[0], tiny_table.present[:, 0], "av", "x", "static", "0" * 64)
    write_index(tmp_path / "other.h5", tiny_table.clips, [face])
    found = target_shifts(read_index(tmp_path / "other.h5"), "face")
    assert list(found) == ["test", "0", "1", "2", "3", "4"]
    assert all(shift.auc is not None and np.isfinite(shift.auc) for shift in found.values())


def test_targets_that_lack_an_encoder_have_an_unknown_shift(tiny_table: FeatureTable, tmp_path: Path) -> None:
    clips = tiny_table.clips
    present = (clips.fold == 2) & (clips.actor == "A2")
    voice = EncoderFeatures("voice", tiny_table.features[1], present, "av", "x", "static", "0" * 64)
    write_index(tmp_path / "other.h5", clips, [voice])
    assert target_shifts(read_index(tmp_path / "other.h5"), "voice") == dict.fromkeys(("test", *"01234"), UNKNOWN)


def test_clear_is_what_the_summary_calls_shifted() -> None:
    assert [is_clearly_shifted(Shift(auc, 0.5, 0.9)) for auc in (None, 0.84, 0.9, 0.91)] == [False, False, False, True]
    assert not is_clearly_shifted(Shift(0.99, None, None))
