"""How often each test calls two equally good arms different: a simulation of the use that `ablate` makes of them.

`python tests/bench/null_simulation.py --repeats 2000` prints the share of p < 0.05 by null, method and figure.

A clip is right where a latent normal variable of variance 1 is above a threshold. The variable adds effects of the
actor and of the clip, which both arms share, to noise of each arm, seed and clip. Rates and variances are those of the
network on eight real encoders: presence 0.30, salience 0.13 of the blends; the right clips of two seeds correlate 0.73
and 0.55, those of two different arms 0.68; a seed's luck with one actor says nothing on the others of the fold.

Four nulls, in all of which the two arms have the same distribution:
    seeds     two identical arms with different seeds: they differ in the noise alone.
    variants  the arms also differ lastingly, in clips and actors, as two different methods of equal merit do.
    folds     they also differ lastingly in each fold, as if a training set suited one of them: a stress test.
    chance    all clips are equally hard, and nothing correlates.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from blemore_cli.core.labels import IS_BLEND, N_LABELS, SET_OF_LABEL
from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import resampled_scores
from blemore_cli.evaluation.statistics.comparison import METRICS, compare_arms

N_ACTORS, N_FOLDS, N_SEEDS = 47, 5, 5
PRESENCE_RATE, EXACT_RATE = 0.30, 0.43
"""Share of clips with the right set; share of exact labels among blends with the right set."""


@dataclass(frozen=True)
class Null:
    """Variances of the effects on a clip; what remains to 1 is noise of each arm, seed and clip.

    Attributes:
        actor: Effect of the actor, shared by the arms.
        clip: Effect of the clip, shared by the arms.
        arm_clip: Lasting effect of arm and clip.
        arm_actor: Lasting effect of arm and actor.
        arm_fold: Lasting effect of arm and fold.
        exact_clip: Share of the clip's effect in whether the salience is exact.
    """

    actor: float = 0.0
    clip: float = 0.0
    arm_clip: float = 0.0
    arm_actor: float = 0.0
    arm_fold: float = 0.0
    exact_clip: float = 0.78


NULLS = {
    "seeds": Null(actor=0.025, clip=0.895),
    "variants": Null(actor=0.025, clip=0.875, arm_clip=0.0195, arm_actor=0.0005),
    "folds": Null(actor=0.025, clip=0.875, arm_clip=0.0195, arm_actor=0.0005, arm_fold=0.0005),
    "chance": Null(exact_clip=0.0),
}


def challenge_clips(generator: np.random.Generator, n_actors: int = N_ACTORS) -> Clips:
    """2,449 clips of 47 actors: most have 24 singles and 30 blends, three have fewer, one of 47 has no blends."""
    n_singles = np.where(np.arange(n_actors) % 12 == 11, 15, 24)
    n_blends = np.where(np.arange(n_actors) % 12 == 11, 18, 30)
    if n_actors == N_ACTORS:
        n_singles[-1], n_blends[-1] = 28, 0
    actor = np.repeat(np.arange(n_actors), n_singles + n_blends)
    blends = np.concatenate([np.arange(s + b) >= s for s, b in zip(n_singles, n_blends, strict=True)])
    label = np.where(blends, generator.integers(6, N_LABELS, len(actor)), generator.integers(0, 6, len(actor)))
    return Clips(
        filename=np.array([f"clip_{i:04d}" for i in range(len(actor))]),
        actor=np.array([f"A{i:02d}" for i in actor]),
        is_test=np.zeros(len(actor), dtype=bool),
        fold=actor % N_FOLDS,
        label=label,
    )


def null_predictions(clips: Clips, null: Null, generator: np.random.Generator, n_arms: int = 2) -> tuple[Ints, ...]:
    """(S, N) labels of arms of equal merit."""
    presence = _right(clips, null, PRESENCE_RATE, generator, n_arms)
    exact_clip = Null(clip=null.exact_clip * 0.96, arm_clip=null.exact_clip * 0.04 * (null.arm_clip > 0))
    exact = _right(clips, exact_clip, EXACT_RATE, generator, n_arms)
    return tuple(_labels(clips.label, *flags) for flags in zip(presence, exact, strict=True))


def _right(clips: Clips, null: Null, rate: float, generator: np.random.Generator, n_arms: int) -> Bools:
    """(arms, S, N) whether a latent variable is above its threshold."""
    actor = np.unique(clips.actor, return_inverse=True)[1]
    n, n_actors = len(clips), int(actor.max()) + 1

    def effect(variance: float, *shape: int) -> Floats:
        return sqrt(variance) * generator.normal(size=shape)

    latent = effect(null.actor, n_actors)[actor] + effect(null.clip, n)
    lasting = effect(null.arm_clip, n_arms, n) + effect(null.arm_actor, n_arms, n_actors)[:, actor]
    lasting = lasting + effect(null.arm_fold, n_arms, N_FOLDS)[:, clips.fold]
    rest = 1 - null.actor - null.clip - null.arm_clip - null.arm_actor - null.arm_fold
    right: Bools = latent + lasting[:, None] + effect(rest, n_arms, N_SEEDS, n) > stats.norm.isf(rate)
    return right


def _labels(label: Ints, presence: Bools, exact: Bools) -> Ints:
    """(S, N) labels that are right as the flags say."""
    wrong_ratio = np.where(IS_BLEND, 6 + (np.arange(N_LABELS) - 6) // 3 * 3 + (np.arange(N_LABELS) - 5) % 3, 0)
    wrong_set = np.where(SET_OF_LABEL == 0, 1, 0)
    same_set = np.where(IS_BLEND[label] & ~exact, wrong_ratio[label], label)
    return np.where(presence, same_set, wrong_set[label])


def p_values(
    null: Null, *, n_repeats: int, n_resamples: int, seed: int, is_plain_shown: bool = False
) -> dict[tuple[str, str], list[float]]:
    """The p-values of every method and figure over repeated experiments; a test that cannot be computed counts as 1."""
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for generator in np.random.default_rng(seed).spawn(n_repeats):
        clips = challenge_clips(generator)
        a, b = null_predictions(clips, null, generator)
        for test in compare_arms(clips, {"a": a, "b": b}, "b", generator=generator, n_resamples=n_resamples):
            found[test.method, test.metric].append(1.0 if test.p_value is None else test.p_value)
            if test.method == "actor_bootstrap":
                found["interval without 0", test.metric].append(float(test.ci95[0] <= 0 <= test.ci95[1]))
        if is_plain_shown:
            plain = plain_percentiles(clips, a, b, generator, n_resamples)
            for metric, (low, high) in zip(METRICS, plain, strict=True):
                found["plain percentiles", metric].append(float(low <= 0 <= high))
    return found


def plain_percentiles(clips: Clips, a: Ints, b: Ints, generator: np.random.Generator, n_resamples: int) -> Floats:
    """(3, 2) percentiles 2.5 and 97.5 of the resampled differences, for comparison with the expanded ones."""
    counts = [correct_counts(actor_index(clips), clips.label, predicted) for predicted in (a, b)]
    scores_a, scores_b = resampled_scores(counts, generator=generator, n_resamples=n_resamples)
    percentiles: Floats = np.quantile(scores_a - scores_b, [0.025, 0.975], axis=0).T
    return percentiles


def table_rows(*, n_repeats: int, n_resamples: int, seed: int) -> Iterator[str]:
    """A row for each null and method: share of p < 0.05 of each figure with its 95 % Clopper-Pearson interval."""
    for name, null in NULLS.items():
        found = p_values(null, n_repeats=n_repeats, n_resamples=n_resamples, seed=seed, is_plain_shown=True)
        for method in dict.fromkeys(method for method, _ in found):
            cells = [share_text(found[method, metric]) if (method, metric) in found else "-" for metric in METRICS]
            yield f"| {' | '.join([name, method, *cells])} |"


def share_text(values: list[float]) -> str:
    """Share of p < 0.05, as `0.050 (0.041-0.060)`."""
    n_below = int(np.sum(np.array(values) < 0.05))
    interval = stats.binomtest(n_below, len(values)).proportion_ci()
    return f"{n_below / len(values):.3f} ({interval.low:.3f}-{interval.high:.3f})"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--resamples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| null | method | presence | salience | Score |\n|---|---|---|---|---|")  # noqa: T201
    for row in table_rows(n_repeats=options.repeats, n_resamples=options.resamples, seed=options.seed):
        print(row, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
