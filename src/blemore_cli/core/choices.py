"""The names that options choose between and the project file's, free of imports so that `--help` is quick."""

from typing import Final, Literal

PROJECT_FILE: Final = "blemore.yaml"
AUTO: Final = "auto"

Modality = Literal["video", "audio", "av"]
Aggregate = Literal["stats7", "meanstd", "mean", "none"]
Missing = Literal["error", "mask"]
Selection = Literal["learned", "random", "fixed", "full", "mean"]
TopN = int | Literal["auto"]
DecodeMethod = Literal["expected_score", "thresholds"]
Family = Literal["gated", "linear", "mlp256", "mlp512", "logistic", "frequent_single", "frequent_blend"]
Baseline = Literal["linear", "mlp256", "mlp512", "logistic", "frequent_single", "frequent_blend"]
Fusion = Literal["none", "concat"]
LatentFusion = Literal["weighted", "rank", "concat"]
Heads = Literal["decoupled", "softmax36", "softmax6", "mixture"]
Optimiser = Literal["adamw", "adam"]
Protocol = Literal["nested", "official"]
Criterion = Literal["loss", "score"]
Standardize = Literal["global", "split", "person"]
MatchPrior = Literal["none", "split", "person"]
Adaptation = Literal["none", "coral", "mmd", "dann"]
ShiftRule = Literal["none", "drop", "downweight"]
