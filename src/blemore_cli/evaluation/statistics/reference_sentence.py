"""Conclusion on a reference arm in one sentence: the arms that it is not shown to be better than come first."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA, TEST_NAMES

Verdict = Literal["worse", "unclear", "better"]
Interval = tuple[float, float] | None

WORDS: Final[dict[Verdict, str]] = {
    "worse": "worse than",
    "unclear": "not shown to be better than",
    "better": "better than",
}
"""How the reference compares, in the order in which it is stated."""


def reference_sentence(reference: str, verdicts: Mapping[str, Mapping[str, Verdict]]) -> str:
    """States how a reference arm compares with the others, its failures first.

    Args:
        reference: Name of the reference arm.
        verdicts: How it compares with each other arm under each condition; with one condition `""`, none is named.

    Returns:
        The sentence, without a full stop.

    Examples:
        >>> reference_sentence("learned", {"random": {"": "better"}, "full": {"": "unclear"}, "mean": {"": "unclear"}})
        'learned is not shown to be better than full or mean; better than random'
        >>> reference_sentence("learned", {"mean": {"noise": "better", "swap": "worse"}})
        'learned is worse than mean under swap; better than mean under noise'
    """
    parts = []
    for verdict, words in WORDS.items():
        arms: dict[str, list[str]] = {}
        for arm, of_arm in verdicts.items():
            if conditions := [condition for condition, each in of_arm.items() if each == verdict]:
                arms.setdefault(_where(conditions, len(of_arm)), []).append(arm)
        parts += [f"{words} {_alternatives(names)}{where}" for where, names in arms.items()]
    return f"{reference} is {'; '.join(parts)}"


def ablation_conclusion(
    tests: Sequence[PairedComparison], reference: str, *, n_actors: int, keeps_all: Sequence[str]
) -> str:
    """States what the paired tests of an ablation allow to conclude on its reference arm, which selects encoders.

    A difference is claimed where Holm's p-value of the Score is below 0.05 by sign flips over actors.

    Args:
        tests: All tests, from `comparison.compare_arms`.
        reference: Name of the reference arm.
        n_actors: Number of actors whose clips were compared.
        keeps_all: Names of arms that keep every encoder; they are named before others.

    Returns:
        The sentence, without a full stop; empty without other arms.
    """
    of_score = {test.a: test for test in tests if (test.method, test.metric) == ("actor_bootstrap", "score")}
    if not of_score:
        return ""
    ordered = [name for name in keeps_all if name in of_score]
    verdicts = {name: corrected_verdict(of_score[name]) for name in dict.fromkeys([*ordered, *of_score])}
    sentence = reference_sentence(reference, {name: {"": verdict} for name, verdict in verdicts.items()})
    actors = f"{n_actors} actors" if n_actors != 1 else "one actor"
    test = TEST_NAMES["actor_bootstrap"].replace("actors", actors)
    sentence = f"In Score, {sentence} (claimed where Holm p < {ALPHA:g}, {test})"
    if not ordered:
        return sentence
    is_shown = all(verdicts[name] == "better" for name in ordered)
    gain = "gains over keeping all of them" if is_shown else "is not shown to gain over keeping all of them"
    return f"{sentence}: choosing encoders for each clip {gain}"


def corrected_verdict(test: PairedComparison) -> Verdict:
    """How the reference compares with the arm of a test, by Holm's p-value; unclear where there is none."""
    if test.p_adjusted is None or test.p_adjusted >= ALPHA:
        return "unclear"
    return "worse" if test.difference > 0 else "better"


def interval_verdict(gain_ci95: Interval) -> Verdict:
    """How the reference compares with another arm, by the interval of the other's Score minus that of the reference.

    Examples:
        >>> interval_verdict((-0.2, -0.1)), interval_verdict((-0.2, 0.1)), interval_verdict((0.1, 0.2))
        ('better', 'unclear', 'worse')
    """
    if gain_ci95 is None or gain_ci95[0] <= 0 <= gain_ci95[1]:
        return "unclear"
    return "worse" if gain_ci95[0] > 0 else "better"


def _where(conditions: Sequence[str], n_conditions: int) -> str:
    if conditions == [""]:
        return ""
    return " under every kind" if len(conditions) == n_conditions > 1 else f" under {', '.join(conditions)}"


def _alternatives(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
