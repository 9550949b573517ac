"""Nearest spelling of a name, for error messages."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """Finds the choice that is spelt most like a name, whatever its case.

    Examples:
        >>> nearest("topn", ["top_n", "temperature"])
        'top_n'
        >>> nearest("topn", ["device"]) is None
        True
    """
    by_lower_case = {choice.lower(): choice for choice in choices}
    matches = get_close_matches(name[:100].lower(), by_lower_case, n=1, cutoff=0.5)
    return by_lower_case[matches[0]] if matches else None


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """The end of an error message: a question that names the nearest choice, or nothing.

    Examples:
        >>> "unknown key topn" + did_you_mean("topn", ["top_n", "temperature"])
        'unknown key topn; did you mean top_n?'
    """
    choice = nearest(name, choices)
    return "" if choice is None else f"; did you mean {choice}?"
