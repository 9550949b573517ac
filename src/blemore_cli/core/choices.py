"""The names that options choose between, free of imports so that `--help` is quick."""

from typing import Literal

Modality = Literal["video", "audio", "av"]
Aggregate = Literal["stats7", "meanstd", "mean", "none"]
Missing = Literal["error", "mask"]
Selection = Literal["learned", "random", "fixed", "full", "mean"]
DecodeMethod = Literal["expected_score", "thresholds"]
