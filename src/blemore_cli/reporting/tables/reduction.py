"""Table of the columns that fold models read of wide encoders."""

from typing import Final

from blemore_cli.experiments.runs.metrics import EncoderReduction, ReductionReport
from blemore_cli.reporting.tables.column import Columns, figure, words

REDUCTION_NOTE: Final = (
    "model.reduce auto keeps the leading principal components of an encoder with more columns than training clips; a "
    "model reads all columns where an inner fold of its training clips shows that components lose"
)

REDUCTION: Final[Columns[tuple[str, EncoderReduction]]] = (
    words("encoder", lambda row: row[0]),
    figure("columns", lambda row: row[1].width, "{:,}".format),
    words("read by the fold models", lambda row: models_text(row[1])),
)


def models_text(encoder: EncoderReduction) -> str:
    """How many models read what of an encoder.

    Examples:
        >>> models_text(EncoderReduction(width=7168, models={64: 5}))
        '64 components in all 5 models'
        >>> models_text(EncoderReduction(width=7168, models={64: 3, 7168: 2}))
        '64 components in 3 of 5 models, all columns in 2'
    """
    n_models = sum(encoder.models.values())
    reads = {
        "all columns" if n_read == encoder.width else f"{n_read} components": n for n_read, n in encoder.models.items()
    }
    if len(reads) == 1:
        return f"{next(iter(reads))} in {f'all {n_models} models' if n_models > 1 else 'the one model'}"
    (first, n_first), *others = reads.items()
    return ", ".join([f"{first} in {n_first} of {n_models} models", *(f"{read} in {n}" for read, n in others)])


def reduction_sentence(report: ReductionReport | None) -> str:
    """What is read of how many encoders.

    Examples:
        >>> clip = {"clip": EncoderReduction(width=5376, models={64: 5})}
        >>> reduction_sentence(ReductionReport(rule="auto", encoders=clip)), reduction_sentence(None)
        ('auto; clip: 64 components in all 5 models', 'no encoder is reduced')
    """
    if report is None:
        return "no encoder is reduced"
    groups: dict[str, list[str]] = {}
    for name, encoder in report.encoders.items():
        groups.setdefault(models_text(encoder), []).append(name)
    return f"{report.rule}; " + "; ".join(f"{', '.join(names)}: {read}" for read, names in groups.items())
