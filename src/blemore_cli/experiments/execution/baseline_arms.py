"""Baselines as differences of a configuration: the organisers' models, and simpler ones."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from blemore_cli.core.choices import Family
from blemore_cli.core.errors import UsageError

InputFusion = Literal["none", "concat"]
"""`none` for each encoder alone, `concat` for early fusion of all."""

ORGANISERS: Final[dict[str, Any]] = {
    "model.heads": "softmax_emotions",
    "model.reduce": "none",
    "model.dropout": 0.0,
    "train.optimiser": "adam",
    "train.learning_rate": 5e-6,
    "train.weight_decay": 1e-3,
    "train.batch_size": 32,
    "train.max_epochs": 200,
    "train.weight_averaging": False,
    "train.clamp_sd": 1e9,
    "train.choose_by": "score",
    "train.standardize": "global",
    "adapt.shift": "none",
    "adapt.method": "none",
    "decode.method": "thresholds",
    "decode.match_prior": "none",
}
"""Their recipe. The loss follows from the heads; nothing is clamped, and no unlabelled clip is read.

Source: BLEMORE dataset paper, arXiv 2601.13225, and BlEmoRe/blemore-common.
"""

CLOSED: Final[dict[str, Any]] = {
    "model.heads": "softmax_labels",
    "adapt.shift": "none",
    "adapt.method": "none",
    "decode.method": "expected_score",
}
"""Models that are fitted at once, without epochs."""

UNMATCHED: Final[dict[str, Any]] = {"train.standardize": "global", "decode.match_prior": "none"}
"""Models that read no feature predict the same for every clip, whatever the other clips are."""

RECIPES: Final[dict[Family, dict[str, Any]]] = {
    "linear": ORGANISERS,
    "mlp256": ORGANISERS,
    "mlp512": ORGANISERS,
    "logistic": CLOSED,
    "frequent_single": CLOSED | UNMATCHED,
    "frequent_blend": CLOSED | UNMATCHED,
}

TRIVIAL: Final = ("frequent_single", "frequent_blend")
"""Models that read no feature."""


def baseline_arms(
    models: Sequence[Family], encoders: Sequence[str], fusion: InputFusion, *, alone: Sequence[str] | None = None
) -> dict[str, dict[str, Any]]:
    """One arm for each model and encoder, or one for each model on all encoders.

    Args:
        models: The baselines.
        encoders: All encoders.
        fusion: Whether each is read alone.
        alone: Those that can be read alone, as every training clip has them; all where None.

    Returns:
        Changed keys of each arm, by its name: `MODEL-ENCODER`, `MODEL-concat`, or `MODEL` where no feature is read.

    Raises:
        UsageError: If a model is not a baseline.

    Examples:
        >>> arms = baseline_arms(["linear", "frequent_blend"], ["face", "voice"], "none")
        >>> list(arms), arms["linear-voice"]["model.encoders"]
        (['linear-face', 'linear-voice', 'frequent_blend'], ['voice'])
    """
    arms = {}
    for model in models:
        if model not in RECIPES:
            raise UsageError(f"a baseline is one of {', '.join(RECIPES)}, got {model}", fix="Correct --model.")
        for name, inputs in _inputs(model, encoders, fusion, encoders if alone is None else alone).items():
            arms[name] = {"model.family": model, "model.encoders": inputs, **RECIPES[model]}
    return arms


def _inputs(model: Family, encoders: Sequence[str], fusion: InputFusion, alone: Sequence[str]) -> dict[str, list[str]]:
    """The encoders that each arm of a model reads, by the arm's name."""
    if model in TRIVIAL:
        return {model: list(encoders)}
    if fusion == "concat":
        return {f"{model}-concat": list(encoders)}
    return {f"{model}-{encoder}": [encoder] for encoder in alone}
