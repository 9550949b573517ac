"""Size of every test and coverage of every interval where nothing is to be found, for few and for many actors.

`make nulls` prints a row for each promise and a column for each number of actors: the share of 1,000 experiments
with its 95 % Clopper-Pearson interval. Clips, rates, actors as clusters and the discreteness of the Score are those of
`null_simulation.py`, for its null `variants`: arms differ lastingly in clips and actors, and none is better.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
from null_simulation import EXACT_RATE, NULLS, PRESENCE_RATE, challenge_clips, null_predictions
from scipy import stats

from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import correct_flags
from blemore_cli.evaluation.statistics import comparison
from blemore_cli.evaluation.statistics.actor_bootstrap import clustered_mean, score_difference, score_intervals
from blemore_cli.evaluation.statistics.permutation_importance import FigureGain, figure_gains

N_ACTORS = (8, 12, 20, 42)
N_ARMS, N_GROUPS = 5, 4
SCORE = PRESENCE_RATE * (1 + EXACT_RATE) / 2
"""The Score of every arm in the long run."""

FORGOTTEN = 0.1
"""Share of the clips that a stressed arm gets wrong for sure, so that its Score drops by this share."""

SIZES = {
    "ablation: sign flips, p < .05, one arm": 0.05,
    "ablation: Holm p < .05, any of four arms": 0.05,
    "predictors: drop of Score, p < .05": 0.05,
    "predictors: rise of loss, p < .05": 0.05,
    "predictors: Holm p < .05, any of four groups": 0.05,
}
COVERAGES = {
    "ablation: interval of a difference holds 0": 0.95,
    "stress: interval of a gain holds 0": 0.95,
    "stress: interval of a drop holds the true drop": 0.95,
    "stress: interval of the Score holds the true Score": 0.95,
    "stress: interval of a mean over clips holds the true mean": 0.95,
    "predictors: interval of the drop holds 0": 0.95,
    "predictors: interval of the rise of loss holds 0": 0.95,
}
PROMISES = {**SIZES, **COVERAGES}


def events(n_actors: int, generator: np.random.Generator, *, n_resamples: int) -> Iterator[str]:
    """The promises whose event came about in one experiment: a rejection, or an interval that holds the truth."""
    clips = challenge_clips(generator, n_actors)
    arms = null_predictions(clips, NULLS["variants"], generator, N_ARMS)
    for part in (_ablation, _stress):
        yield from part(clips, arms, generator, n_resamples)
    yield from _predictors(clips, arms[0], generator)


def _ablation(clips: Clips, arms: tuple[Ints, ...], generator: np.random.Generator, n_resamples: int) -> Iterator[str]:
    predicted = {str(i): labels for i, labels in enumerate(arms)}
    tests = [
        test
        for test in comparison.compare_arms(clips, predicted, "0", generator=generator, n_resamples=n_resamples)
        if (test.method, test.metric) == ("actor_bootstrap", "score")
    ]
    if _p(tests[0].p_value) < 0.05:
        yield "ablation: sign flips, p < .05, one arm"
    if any(_p(test.p_adjusted) < 0.05 for test in tests):
        yield "ablation: Holm p < .05, any of four arms"
    if _holds(tests[0].ci95, 0):
        yield "ablation: interval of a difference holds 0"


def _stress(clips: Clips, arms: tuple[Ints, ...], generator: np.random.Generator, n_resamples: int) -> Iterator[str]:
    gain = score_difference(clips, arms[1], arms[0], generator=generator, n_resamples=n_resamples)
    if _holds(gain.ci95, 0):
        yield "stress: interval of a gain holds 0"
    failed = generator.random(len(clips)) < FORGOTTEN
    broken = np.where(failed, np.where(clips.label == 5, 0, 5), arms[0])
    drop = score_difference(clips, broken, arms[0], generator=generator, n_resamples=n_resamples)
    if _holds(drop.ci95, -FORGOTTEN * SCORE):
        yield "stress: interval of a drop holds the true drop"
    counts = correct_counts(actor_index(clips), clips.label, arms[0])
    if _holds(score_intervals(counts, generator=generator, n_resamples=n_resamples)["score"], SCORE):
        yield "stress: interval of the Score holds the true Score"
    right = correct_flags(clips.label, arms[0])[0].astype(np.float64)
    mean = clustered_mean(right, actor_index(clips), generator=generator, n_resamples=n_resamples)
    if _holds(mean.ci95, PRESENCE_RATE):
        yield "stress: interval of a mean over clips holds the true mean"


def _predictors(clips: Clips, predicted: Ints, generator: np.random.Generator) -> Iterator[str]:
    """Groups that carry nothing: shuffling them exchanges what is predicted for a few clips, as another draw would."""
    actor = actor_index(clips)
    size = np.stack([np.bincount(actor), np.bincount(actor, IS_BLEND[clips.label])], axis=1).astype(np.float64)
    noise = generator.normal(size=(N_GROUPS + 1, *predicted.shape))
    intact, *groups = (_sums(clips, predicted, each, generator) for each in noise)
    drop, rise = figure_gains(np.stack(groups), intact, size, generator=generator)
    for name, gains in (("drop", drop), ("rise", rise)):
        yield from _importance(name, gains[0])
    if any(_p(gain.p_adjusted) < 0.05 for gain in drop):
        yield "predictors: Holm p < .05, any of four groups"


def _importance(name: str, gain: FigureGain) -> Iterator[str]:
    if _p(gain.p_value) < 0.05:
        yield "predictors: drop of Score, p < .05" if name == "drop" else "predictors: rise of loss, p < .05"
    if _holds(gain.ci95, 0):
        yield f"predictors: interval of the {'drop' if name == 'drop' else 'rise of loss'} holds 0"


def _sums(clips: Clips, predicted: Ints, noise: Floats, generator: np.random.Generator) -> Floats:
    """(A, 3) right sets, right blends and losses by actor, mean over seeds, where noise exchanges some predictions."""
    actor, n_seeds = actor_index(clips), len(predicted)
    swapped = np.where(noise > 1.3, np.roll(predicted, 1, axis=0), predicted)
    presence, salience = correct_flags(clips.label, swapped)
    loss = 2.5 - presence + 0.3 * noise**2 + generator.exponential(0.2, size=noise.shape)
    flags = (presence.mean(axis=0), salience.mean(axis=0), loss.sum(axis=0) / n_seeds)
    return np.stack([np.bincount(actor, flag) for flag in flags], axis=1)


def _p(value: float | None) -> float:
    return 1.0 if value is None else value


def _holds(interval: tuple[float, float] | None, truth: float) -> bool:
    return interval is None or interval[0] <= truth <= interval[1]


def counted(n_actors: int, *, n_repeats: int, n_resamples: int, seed: int) -> Counter[str]:
    """How often the event of each promise came about."""
    generators = np.random.default_rng([seed, n_actors]).spawn(n_repeats)
    with patch.object(comparison, "METHODS", ("actor_bootstrap",)):  # Wilcoxon's exact test takes seconds for 12 actors
        return Counter(event for each in generators for event in events(n_actors, each, n_resamples=n_resamples))


def share_text(n_events: int, n_repeats: int) -> str:
    """A share in percent with its interval, as `5.1 (3.8-6.6)`."""
    interval = stats.binomtest(n_events, n_repeats).proportion_ci()
    return f"{100 * n_events / n_repeats:.1f} ({100 * interval.low:.1f}-{100 * interval.high:.1f})"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    counts = {
        n: counted(n, n_repeats=options.repeats, n_resamples=options.resamples, seed=options.seed) for n in N_ACTORS
    }
    print(f"| percent | {' | '.join(f'{n} actors' for n in N_ACTORS)} |\n|---|{'---|' * len(N_ACTORS)}")  # noqa: T201
    for promise in PROMISES:
        cells = [share_text(count[promise], options.repeats) for count in counts.values()]
        print(f"| {promise} | {' | '.join(cells)} |")  # noqa: T201


if __name__ == "__main__":
    main()
