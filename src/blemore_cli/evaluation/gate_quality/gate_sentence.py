"""What an explanation of a gate comes to, in one sentence."""

from typing import Final

from blemore_cli.evaluation.gate_quality.gate_precision import GatePrecision, Interval
from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA, p_text

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def gate_sentence(found: GatePrecision, n: int, *, picker: str = "gate") -> str:
    """Says whether the picks are useful, and whether they are the clip's.

    More than chance is claimed only where the permutation test says so and the interval over actors lies above
    chance; knowledge of the clip only where the picks are better than the same picks dealt to other clips, too; and
    usefulness as such only where models of other seeds see that, too: with one seed the model that picks is the judge.

    Args:
        found: How picks agree with usefulness.
        n: Most encoders picked for a clip.
        picker: What picks.

    Returns:
        The sentence, without a full stop.

    Examples:
        >>> interval, zero = (0.36, 0.4), (-0.01, 0.01)
        >>> found = GatePrecision(0.38, interval, 0.375, 0.3, 0.38, 0.0, zero, 0.0, zero, None, None, None, None)
        >>> start, numbers = gate_sentence(found, 3).split(": ")
        >>> start
        'on these features the gate is no better than chance'
        >>> numbers
        '0.380 of its picks are among the three most useful, chance 0.375 (p = 0.30)'
    """
    start = f"on these features the {picker}"
    of_picks = f"{found.precision:.3f} of its picks are among the {_most_useful(n)}, chance {found.chance:.3f}"
    dealt = f"the same picks dealt to other clips {found.dealt:.3f}"
    if found.chance > 1 - 1e-9:
        return f"{start} has nothing to choose: every available encoder is picked"
    if not _above(found.ci95, found.chance) or found.p_value >= ALPHA:
        return f"{start} is no better than chance: {of_picks} ({p_text(found.p_value)})"
    if not _above(found.gain_ci95, 0.0):
        return f"{start} prefers encoders that are useful everywhere but does not know the clip: {of_picks}, {dealt}"
    if found.by_others is None or found.by_others_dealt is None:
        return f"{start} finds encoders that are useful for the clip as its own model reads them: {of_picks}, {dealt}"
    by_others = (
        f"{found.by_others:.3f} where models of other seeds say what is useful, dealt {found.by_others_dealt:.3f}"
    )
    if not _above(found.by_others_gain_ci95, 0.0):
        return (
            f"{start} finds what its own model reads best, not what is useful as such: {of_picks}, {dealt}; {by_others}"
        )
    return f"{start} finds encoders that are useful for the clip: {of_picks}, {dealt}; {by_others}"


def _above(interval: Interval, value: float) -> bool:
    return interval is not None and interval[0] > value


def _most_useful(n: int) -> str:
    number = _NUMBERS[n] if n < len(_NUMBERS) else str(n)
    return "most useful" if n == 1 else f"{number} most useful"
