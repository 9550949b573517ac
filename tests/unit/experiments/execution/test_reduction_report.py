from types import SimpleNamespace
from typing import Any, cast

import pytest

from blemore_cli.core.types import Clips
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.execution.reduction_report import reduction_report
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.wide import wide_encoder

NAMES, WIDTHS = ("face", "voice", "clip"), (42, 2000, 3000)


@pytest.fixture
def clips(tiny_table: FeatureTable, monkeypatch: pytest.MonkeyPatch) -> Clips:
    monkeypatch.setattr(wide_encoder, "LEAST_CLIPS", 300)
    return tiny_table.clips


def model(*read: int, shift_weights: tuple[float, ...] = (1, 1, 1)) -> Checkpoint:
    scaler = SimpleNamespace(raw_widths=WIDTHS, widths=read, shift_weights=shift_weights)
    return cast("Checkpoint", SimpleNamespace(encoders=NAMES, scaler=scaler))


def content(models: list[Checkpoint], clips: Clips, reduce: str) -> Any:
    report = reduction_report(models, clips, reduce)
    return report and {name: (each.width, each.models) for name, each in report.encoders.items()}


def test_decisions_are_counted_over_models_and_narrow_encoders_left_out(clips: Clips) -> None:
    models = [model(42, 64, 64), model(42, 64, 3000), model(42, 64, 64)]
    assert content(models, clips, "auto") == {"voice": (2000, {64: 3}), "clip": (3000, {64: 2, 3000: 1})}


def test_a_model_that_leaves_an_encoder_out_decides_nothing_of_it(clips: Clips) -> None:
    models = [model(42, 64, 64, shift_weights=(1, 0.5, 0)), model(42, 64, 3000)]
    assert content(models, clips, "auto") == {"voice": (2000, {64: 2}), "clip": (3000, {3000: 1})}


def test_a_number_of_components_applies_to_wider_encoders(clips: Clips) -> None:
    wide = {"voice": (2000, {42: 1}), "clip": (3000, {42: 1})}
    assert content([model(42, 42, 42)], clips, "pca:42") == wide


def test_without_a_wide_encoder_nothing_is_recorded(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    assert content([model(*WIDTHS)], clips, "none") is None
    monkeypatch.setattr(wide_encoder, "LEAST_CLIPS", 2001)
    assert content([model(*WIDTHS)], clips, "auto") is None
