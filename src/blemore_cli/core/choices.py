"""The names that options choose between and the project file's, free of imports so that `--help` is quick."""

from typing import Final, Literal

PROJECT_FILE: Final = "blemore.yaml"

Modality = Literal["video", "audio", "av"]
Aggregate = Literal["stats7", "meanstd", "mean", "none"]
Missing = Literal["error", "mask"]
Selection = Literal["learned", "random", "fixed", "full", "mean"]
DecodeMethod = Literal["expected_score", "thresholds"]
