"""Record of the columns that fold models read of wide encoders, as `model.reduce` and their training rows decided."""

from collections import Counter
from collections.abc import Sequence

from blemore_cli.core.types import Clips
from blemore_cli.experiments.runs.metrics import EncoderReduction, ReductionReport
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.reduction import is_automatic, max_components
from blemore_cli.training.wide.wide_encoder import is_wide


def reduction_report(models: Sequence[Checkpoint], clips: Clips, reduce: str) -> ReductionReport | None:
    """How many columns the models read of each encoder that `model.reduce` applies to; None where it applies to none.

    A model that leaves an encoder out, by its shift or because no training clip has it, is not counted there.

    Args:
        models: The fold models.
        clips: The clips of the index.
        reduce: As in `model.reduce`.
    """
    counts: dict[str, Counter[int]] = {}
    widths: dict[str, int] = {}
    for model in models:
        scaler = model.scaler
        parts = zip(model.encoders, scaler.raw_widths, scaler.widths, scaler.shift_weights, strict=True)
        for name, width, read, weight in parts:
            if weight and _applies(reduce, width, clips):
                widths[name] = width
                counts.setdefault(name, Counter())[read] += 1
    if not counts:
        return None
    encoders = {
        name: EncoderReduction(width=widths[name], models=dict(sorted(counts[name].items())))
        for name in models[0].encoders
        if name in counts
    }
    return ReductionReport(rule=reduce, encoders=encoders)


def _applies(reduce: str, width: int, clips: Clips) -> bool:
    if is_automatic(reduce):
        return is_wide(width, clips)
    most = max_components(reduce)
    return most is not None and width > most
