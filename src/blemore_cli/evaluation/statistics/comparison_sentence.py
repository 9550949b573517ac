"""Paired comparison in one sentence, as a paper could print it."""

from collections.abc import Sequence
from typing import Final

from blemore_cli.core.errors import UsageError
from blemore_cli.evaluation.statistics.comparison import Method, Metric, PairedComparison

ALPHA: Final = 0.05
TEST_NAMES: Final[dict[Method, str]] = {
    "actor_bootstrap": "sign-flip test over actors",
    "nadeau_bengio": "corrected resampled t-test",
    "wilcoxon": "Wilcoxon's signed-rank test over actors",
    "mcnemar": "McNemar's exact test over clips",
}
WHY_NOT_TESTED: Final = {
    "equal predictions": "both predict the same label for every clip",
    "no blends": "no clip is a blend",
    "zero variance": "the difference does not vary",
    "one actor": "all clips are of one actor",
    "one fold": "there is one fold only",
    "one fold and one seed": "there is one fold and one seed only",
    "no actor differs": "no actor's figure differs",
    "no clip is right in one arm only": "no clip is right in one of them only",
}


def comparison_sentence(
    tests: Sequence[PairedComparison], *, n_actors: int, method: Method = "actor_bootstrap", metric: Metric = "score"
) -> str:
    """States in one sentence how an arm compares with the reference.

    A difference is claimed only where Holm's p-value is below 0.05, and equality never: other differences are called
    too small for this number of actors to show.

    Args:
        tests: The tests of one arm against the reference, from `comparison.compare_arms`.
        n_actors: Number of actors whose clips were compared.
        method: The test to quote.
        metric: The figure to quote.

    Returns:
        The sentence, without a full stop.

    Raises:
        UsageError: If the tests hold none of this method and figure.

    Examples:
        >>> interval, method = (-0.010, 0.013), "actor_bootstrap"
        >>> test = PairedComparison("random", "learned", "score", 0.002, interval, 0.35, 0.71, method, 0.1, "")
        >>> comparison_sentence([test], n_actors=47)
        'random against learned: no difference in Score that 47 actors can show: +0.002, 95 % CI -0.010 to 0.013 \
(sign-flip test over actors, p = 0.35, Holm p = 0.71)'
    """
    test = quoted_test(tests, method=method, metric=metric)
    name = "Score" if metric == "score" else metric
    start = f"{test.a} against {test.b}:"
    if test.p_value is None or test.p_adjusted is None:
        return f"{start} {name} {test.difference:+.3f}, not tested: {WHY_NOT_TESTED.get(test.note, test.note)}"
    numbers = f"95 % CI {test.ci95[0]:.3f} to {test.ci95[1]:.3f}"
    p_values = f"{TEST_NAMES[method]}, {p_text(test.p_value)}, Holm {p_text(test.p_adjusted)}"
    shift = f"{name} {'higher' if test.difference > 0 else 'lower'} by {abs(test.difference):.3f}, {numbers}"
    if test.p_adjusted < ALPHA:
        return f"{start} {shift} ({p_values})"
    if test.p_value < ALPHA:
        return f"{start} {shift}, which the correction for several comparisons does not leave standing ({p_values})"
    actors = f"{n_actors} actors" if n_actors != 1 else "one actor"
    return f"{start} no difference in {name} that {actors} can show: {test.difference:+.3f}, {numbers} ({p_values})"


def quoted_test(
    tests: Sequence[PairedComparison], *, method: Method = "actor_bootstrap", metric: Metric = "score"
) -> PairedComparison:
    """The test of an arm that a sentence quotes, of all its tests.

    Raises:
        UsageError: If they hold none of this method and figure.
    """
    for test in tests:
        if (test.method, test.metric) == (method, metric):
            return test
    raise UsageError(f"the tests must hold {metric} by {method}, got {len(tests)} others", fix="Name another test.")


def p_text(p_value: float) -> str:
    """A p-value for a sentence.

    Examples:
        >>> p_text(0.0312), p_text(0.00002), p_text(0.0004), p_text(1.0), p_text(0.0496)
        ('p = 0.031', 'p < 0.001', 'p < 0.001', 'p = 1.00', 'p = 0.050')
    """
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.3f}" if p_value < 0.1 else f"p = {p_value:.2f}"
