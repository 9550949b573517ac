"""Notation of numbers and names for readers, the same in terminal, page, LaTeX and figures."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import listed
from blemore_cli.evaluation.gate_quality.deletion_curves import Order
from blemore_cli.experiments.runs.metrics import EncoderShift, ShiftReport

NOT_AVAILABLE: Final = "n/a"
MOST_CHANGES: Final = 3
DELETION_ORDERS: Final[dict[Order, str]] = {
    "bottom_first": "last-ranked first",
    "random": "random",
    "top_first": "best-ranked first",
}
"""Name of each deletion curve, from the one that should be highest."""

_PROTOCOLS: Final = {
    "nested": "epochs and thresholds from inner folds",
    "official": "epoch and thresholds from the scored fold: optimistic",
}
_STANDARDISED: Final[dict[str | None, str]] = {
    "split": "features standardised within each split: adapted to its unlabelled clips",
    "person": "transductive: features standardised within each person",
}
_MATCHED: Final = "transductive: label shares matched to the design within each"


def protocol_text(protocol: str) -> str:
    """A protocol's name with what the reader must know about it.

    Examples:
        >>> protocol_text("official")
        'official protocol (epoch and thresholds from the scored fold: optimistic)'
    """
    return f"{protocol} protocol" + (f" ({_PROTOCOLS[protocol]})" if protocol in _PROTOCOLS else "")


def transductive_notes(standardize: str | None, match_prior: str | None = None) -> list[str]:
    """Notes on settings by which a prediction depends on other unlabelled clips, for titles and captions.

    Standardisation within splits is the headline; transductive settings are a track of their own.

    Examples:
        >>> transductive_notes("split"), transductive_notes("global", "none")
        (['features standardised within each split: adapted to its unlabelled clips'], [])
        >>> transductive_notes("global", "person")
        ['transductive: label shares matched to the design within each person']
    """
    matched = [f"{_MATCHED} {match_prior}"] if match_prior in {"split", "person"} else []
    standardised = [_STANDARDISED[standardize]] if standardize in _STANDARDISED else []
    return standardised + matched


def transductive_arms_notes(arms: Mapping[str, Sequence[str]]) -> list[str]:
    """`transductive_notes` of several arms: each note once, with its arms, or without where it holds for all.

    Examples:
        >>> transductive_arms_notes({"learned": [], "normed": transductive_notes("person"), "random": []})
        ['transductive: features standardised within each person (normed)']
    """
    names: dict[str, list[str]] = {}
    for arm, notes in arms.items():
        for note in notes:
            names.setdefault(note, []).append(arm)
    return [note + ("" if len(holders) == len(arms) else f" ({listed(holders)})") for note, holders in names.items()]


def shift_lines(shift: ShiftReport | None) -> list[str]:
    """Encoders left out and the number weighed down, a line for each target; nothing where all have full weight.

    Examples:
        >>> voice = {"voice": {"auc": 0.99, "trust": 0.0}}
        >>> shift_lines(ShiftReport.model_validate({"rule": "drop", "test": voice, "folds": {"0": {}}}))
        ['for the test clips: left out voice (AUC 0.99)']
    """
    if not shift:
        return []
    targets = {"the test clips": shift.test} | {f"fold {k}": less for k, less in shift.folds.items()}
    return [f"for {target}: {_less_text(less)}" for target, less in targets.items() if less]


def _less_text(less: Mapping[str, EncoderShift]) -> str:
    dropped = [f"{name} (AUC {shift.auc:.2f})" for name, shift in less.items() if not shift.trust]
    down = [shift.trust for shift in less.values() if shift.trust]
    parts = [f"left out {', '.join(dropped)}"] if dropped else []
    if down:
        span = " to ".join(dict.fromkeys(f"{weight:.2f}" for weight in (min(down), max(down))))
        parts.append(f"weighed down {len(down)} encoder{'s' * (len(down) != 1)} (weight {span})")
    return "; ".join(parts)


def accuracy_text(value: float | None) -> str:
    """An accuracy in [0, 1] with three decimals.

    Examples:
        >>> accuracy_text(0.2163)
        '0.216'
    """
    return f"{value:.3f}" if _exists(value) else NOT_AVAILABLE


def share_text(value: float) -> str:
    """A share in [0, 1] as whole percents, exact zeros and wholes apart.

    Examples:
        >>> share_text(0.304), share_text(0.001), share_text(0.0), share_text(0.999)
        ('30 %', '<1 %', '0 %', '>99 %')
    """
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{100 * value:.0f} %"


def difference_text(value: float | None) -> str:
    """A difference of accuracies with its sign, and none where it rounds to zero.

    Examples:
        >>> difference_text(0.0023), difference_text(-0.0001)
        ('+0.002', '0.000')
    """
    if not _exists(value):
        return NOT_AVAILABLE
    text = f"{value:+.3f}"
    return text[1:] if text.endswith("0.000") else text


def spread_text(mean: float | None, std: float | None) -> str:
    """A mean over seeds and its standard deviation, where there is one.

    Examples:
        >>> spread_text(0.2163, 0.0041), spread_text(0.2163, None)
        ('0.216 ± 0.004', '0.216')
    """
    return f"{accuracy_text(mean)} ± {accuracy_text(std)}" if _exists(std) else accuracy_text(mean)


def interval_text(ci95: Sequence[float | None] | None) -> str:
    """An interval of an accuracy.

    Examples:
        >>> interval_text((0.1984, 0.2361))
        '0.198-0.236'
    """
    return "-".join(map(accuracy_text, ci95)) if ci95 and all(map(_exists, ci95)) else NOT_AVAILABLE


def difference_interval_text(ci95: Sequence[float | None] | None) -> str:
    """An interval of a difference, whose ends may be negative.

    Examples:
        >>> difference_interval_text((-0.0101, 0.0129))
        '-0.010 to 0.013'
    """
    return (
        " to ".join(difference_text(end).lstrip("+") for end in ci95)
        if ci95 and all(map(_exists, ci95))
        else NOT_AVAILABLE
    )


def probability_text(value: float | None) -> str:
    """A p-value with three decimals; a smaller one as a bound, a missing one as not available.

    Examples:
        >>> probability_text(0.0312), probability_text(0.0002), probability_text(None)
        ('0.031', '<0.001', 'n/a')
    """
    if not _exists(value):
        return NOT_AVAILABLE
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def changes_text(difference: Mapping[str, str]) -> str:
    """What an arm changes in the config; sections are left out where no other section has a key of the name.

    More than `MOST_CHANGES` keys are a recipe, such as a baseline's: they are counted.

    Examples:
        >>> changes_text({"model.selection": "random", "model.top_n": "3"})
        'selection=random, top_n=3'
        >>> changes_text({"adapt.method": "coral"})
        'adapt.method=coral'
        >>> changes_text({f"train.key{i}": "1" for i in range(12)})
        '12 keys'
    """
    if len(difference) > MOST_CHANGES:
        return f"{len(difference)} keys"
    names = Counter(
        key for section in Config.model_fields.values() for key in getattr(section.annotation, "model_fields", ())
    )
    short = {key: key.rsplit(".", 1)[-1] for key in difference}
    return ", ".join(f"{key if names[short[key]] > 1 else short[key]}={value}" for key, value in difference.items())


def elided(names: Sequence[str], width: int) -> list[str]:
    """Names of at most `width` (8 or more) characters: the middle gives way to an ellipsis, and names stay distinct.

    Examples:
        >>> elided(["learned", "weight_decay=0.01, top_n=3"], 16)
        ['learned', 'weight_de…op_n=3']
    """
    shown: list[str] = []
    for name in names:
        short, count = _elide(name, width), 1
        while short in shown:
            count += 1
            mark = f"~{count}"
            short = _elide(name, width - len(mark)) + mark
        shown.append(short)
    return shown


def _elide(name: str, width: int) -> str:
    if len(name) <= width:
        return name
    n_tail = (width - 1) * 2 // 5
    return f"{name[: width - 1 - n_tail]}…{name[-n_tail:]}"


def _exists(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)
