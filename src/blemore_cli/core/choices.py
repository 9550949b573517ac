"""Names of the choices in options and configuration, and of the project file; light to import, for a quick `--help`."""

from typing import Final, Literal

PROJECT_FILE: Final = "blemore.yaml"
AUTO: Final = "auto"

Modality = Literal["video", "audio", "av"]
Aggregate = Literal["stats7", "meanstd", "mean", "none"]
Missing = Literal["error", "mask"]
FaceChoice = int | Literal["error", "most_frames"]
EngineName = Literal["local", "dask"]
Sampler = Literal["sobol", "tpe"]
Stale = Literal["error", "allow"]
Selection = Literal["learned", "random", "fixed", "full", "mean", "quality", "gate", "neighbours", "greedy"]
KEEPS_ALL: Final = ("full", "mean")
"""Selections that keep every encoder; the others keep `top_n`."""

RANKS_EVIDENCE: Final = ("quality", "gate", "neighbours", "greedy")
"""Selections that rank by the encoders' distributions, which `model.fusion=evidence` alone has."""

TopN = int | Literal["auto"]
DecodeMethod = Literal["expected_score", "thresholds"]
Family = Literal["gated", "linear", "mlp256", "mlp512", "logistic", "frequent_single", "frequent_blend"]
Baseline = Literal["linear", "mlp256", "mlp512", "logistic", "frequent_single", "frequent_blend"]
Fusion = Literal["none", "concat"]
GateRule = Literal["attention", "quality"]
LatentFusion = Literal["weighted", "rank", "concat", "transformer"]
FusionRule = Literal["weighted", "rank", "concat", "transformer", "evidence", "pool"]
EVIDENCE: Final = "evidence"
"""The fusion of the encoders' distributions by a robust pool, which selects."""

FUSES_DISTRIBUTIONS: Final = (EVIDENCE, "pool")
"""Rules that fuse the encoders' distributions; the others fuse their latents."""

Control = Literal["pool", "transformer", "seed"]

Heads = Literal["decoupled", "softmax_labels", "softmax_emotions", "mixture"]
Optimiser = Literal["adamw", "adam"]
Protocol = Literal["nested", "official"]
Criterion = Literal["loss", "score"]
Standardize = Literal["global", "split", "person"]
MatchPrior = Literal["none", "split", "person"]
Adaptation = Literal["none", "coral", "mmd", "dann"]
ShiftRule = Literal["none", "drop", "downweight"]
FailureKind = Literal["noise", "matched", "swap", "missing", "shift"]
PredictorKind = Literal["encoder", "statistic", "column", "descriptor"]

FORMER_NAMES: Final = {"softmax36": "softmax_labels", "softmax6": "softmax_emotions"}
"""Choices by the names that they had before; flags, project files and older runs may use them still."""


def current_name(value: object) -> object:
    """The name of a choice that has another one now; anything else as it is.

    Examples:
        >>> current_name("softmax36"), current_name("mixture")
        ('softmax_labels', 'mixture')
    """
    return FORMER_NAMES.get(value, value) if isinstance(value, str) else value
