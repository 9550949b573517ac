"""Gate precision in one sentence."""

from typing import Final

from blemore_cli.evaluation.gate_quality.gate_precision import GatePrecision, Interval
from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA, p_text

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def gate_sentence(figures: GatePrecision, n: int, *, selector: str = "gate") -> str:
    """States whether a gate selects useful encoders, and whether that depends on the clip.

    Precision above chance is claimed only where the permutation test and the interval over actors show it; information
    about the clip only where precision is above its popularity baseline as well; usefulness beyond the model at hand
    only where cross-seed precision is above its popularity baseline, too.

    Args:
        figures: Gate precision and its baselines.
        n: Most encoders selected for a clip.
        selector: Name of what selects.

    Returns:
        The sentence, without a full stop.

    Examples:
        >>> interval, zero = (0.36, 0.4), (-0.01, 0.01)
        >>> figures = GatePrecision(0.38, interval, 0.375, 0.3, 0.38, 0.0, zero, 0.0, zero, None, None, None, None)
        >>> claim, numbers = gate_sentence(figures, 3).split(": ")
        >>> claim
        'on these features the gate is no better than chance'
        >>> numbers
        '0.380 of the selected encoders are among the three most useful, chance 0.375 (p = 0.30)'
    """
    start = f"on these features the {selector}"
    most_useful = f"among the {_most_useful(n)}, chance {figures.chance:.3f}"
    precision = f"{figures.precision:.3f} of the selected encoders are {most_useful}"
    numbers = f"{precision}, popularity baseline {figures.dealt:.3f}"
    if figures.chance > 1 - 1e-9:
        return f"{start} has nothing to choose: every available encoder is selected"
    if not _is_above(figures.ci95, figures.chance) or figures.p_value >= ALPHA:
        return f"{start} is no better than chance: {precision} ({p_text(figures.p_value)})"
    if not _is_above(figures.gain_ci95, 0.0):
        return f"{start} prefers encoders that are useful everywhere but does not know the clip: {numbers}"
    if figures.by_others is None or figures.by_others_dealt is None:
        return f"{start} finds encoders that are useful for the clip as its own model reads them: {numbers}"
    numbers += f"; {figures.by_others:.3f} by models of other seeds, popularity baseline {figures.by_others_dealt:.3f}"
    if not _is_above(figures.by_others_gain_ci95, 0.0):
        return f"{start} finds what its own model reads best, not what is useful as such: {numbers}"
    return f"{start} finds encoders that are useful for the clip: {numbers}"


def _is_above(interval: Interval, value: float) -> bool:
    return interval is not None and interval[0] > value


def _most_useful(n: int) -> str:
    number = _NUMBERS[n] if n < len(_NUMBERS) else str(n)
    return "most useful" if n == 1 else f"{number} most useful"
