"""Arms against a reference: order, differences, Holm's family, and degenerate arms beside others."""

from dataclasses import asdict

import numpy as np
import pytest

from blemore_cli.core.errors import DataError, UsageError
from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.statistics.comparison import METHODS, METRICS, PairedComparison, compare_arms, holm_adjusted
from blemore_cli.evaluation.statistics.significance import corrected_resampled_t

N = 240


@pytest.fixture
def clips() -> Clips:
    """12 actors in 4 folds, half of the clips blends; the last actor is unknown."""
    actor = np.arange(N) % 12
    names = np.array([f"A{i:02d}" if i < 11 else "" for i in actor])
    label = np.random.default_rng(1).permutation(np.arange(N) % 36)
    return Clips(np.array([f"c{i:03d}" for i in range(N)]), names, np.zeros(N, dtype=bool), actor % 4, label)


@pytest.fixture
def predicted(clips: Clips) -> dict[str, Ints]:
    rng = np.random.default_rng(2)

    def arm(share: float) -> Ints:
        return np.where(rng.random((3, N)) < share, clips.label, rng.integers(0, 36, (3, N)))

    learned = arm(0.5)
    return {"random": arm(0.2), "learned": learned, "same": learned.copy(), "fixed": arm(0.45)}


@pytest.fixture
def tests(clips: Clips, predicted: dict[str, Ints]) -> list[PairedComparison]:
    return compare_arms(clips, predicted, "learned", generator=np.random.default_rng(0), n_resamples=500)


def chosen(tests: list[PairedComparison], arm: str, metric: str, method: str) -> PairedComparison:
    (found,) = [test for test in tests if (test.a, test.metric, test.method) == (arm, metric, method)]
    return found


def test_order_is_arms_then_figures_then_methods(tests: list[PairedComparison]) -> None:
    expected = [
        (arm, metric, method) for arm in ("random", "same", "fixed") for metric in METRICS for method in METHODS
    ]
    assert [(test.a, test.metric, test.method) for test in tests] == [
        row for row in expected if row[1:] != ("score", "mcnemar")
    ]
    assert {test.b for test in tests} == {"learned"}


def test_differences_are_those_of_the_official_figures(
    clips: Clips, predicted: dict[str, Ints], tests: list[PairedComparison]
) -> None:
    def mean(arm: str, metric: str) -> float:
        return float(np.mean([getattr(official_scores(clips.label, row), metric) for row in predicted[arm]]))

    for test in tests:
        assert test.difference == pytest.approx(mean(test.a, test.metric) - mean("learned", test.metric), abs=1e-12)


def test_a_clear_loss_is_seen_by_every_test_and_an_equal_arm_by_none(tests: list[PairedComparison]) -> None:
    for metric in METRICS:
        found = chosen(tests, "random", metric, "actor_bootstrap")
        assert found.ci95[0] <= found.difference <= found.ci95[1] < 0
        assert found.p_value is not None
        assert found.p_value < 0.05
    for test in tests:
        if test.a == "same":
            assert (test.difference, test.ci95, test.p_value, test.p_adjusted) == (0.0, (0.0, 0.0), None, None)
            assert (test.note, test.effect_size) == ("equal predictions", None)


def test_holm_counts_the_arms_that_could_be_tested(tests: list[PairedComparison]) -> None:
    for method in ("actor_bootstrap", "nadeau_bengio", "wilcoxon"):
        low, high = sorted(
            (chosen(tests, arm, "score", method) for arm in ("random", "fixed")), key=lambda t: t.p_value or 0
        )
        assert low.p_adjusted == pytest.approx(min(1, 2 * (low.p_value or 0)))
        assert high.p_adjusted == pytest.approx(max(low.p_adjusted or 0, high.p_value or 0))


def test_nadeau_bengio_is_over_folds_and_seeds(
    clips: Clips, predicted: dict[str, Ints], tests: list[PairedComparison]
) -> None:
    differences = [
        official_scores(clips.label[fold], row_a[fold]).score - official_scores(clips.label[fold], row_b[fold]).score
        for row_a, row_b in zip(predicted["fixed"], predicted["learned"], strict=True)
        for k in range(4)
        for fold in [clips.fold == k]
    ]
    expected = corrected_resampled_t(np.array(differences), test_train_ratio=1 / 3)
    found = chosen(tests, "fixed", "score", "nadeau_bengio")
    assert found.p_value == pytest.approx(expected.p_value)
    assert found.ci95 == pytest.approx(expected.ci95)


def test_methods_without_an_interval_give_the_bootstraps(tests: list[PairedComparison]) -> None:
    interval = chosen(tests, "fixed", "presence", "actor_bootstrap").ci95
    assert chosen(tests, "fixed", "presence", "wilcoxon").ci95 == interval
    assert chosen(tests, "fixed", "presence", "mcnemar").ci95 == interval
    assert chosen(tests, "fixed", "presence", "nadeau_bengio").ci95 != interval


def test_an_arm_has_the_same_numbers_alone(
    clips: Clips, predicted: dict[str, Ints], tests: list[PairedComparison]
) -> None:
    two = {name: predicted[name] for name in ("learned", "fixed")}
    alone = compare_arms(clips, two, "learned", generator=np.random.default_rng(0), n_resamples=500)
    unadjusted = [{**asdict(test), "p_adjusted": None} for test in tests if test.a == "fixed"]
    assert [{**asdict(test), "p_adjusted": None} for test in alone] == unadjusted


def test_a_reference_alone_has_no_tests(clips: Clips, predicted: dict[str, Ints]) -> None:
    one = {"learned": predicted["learned"]}
    assert compare_arms(clips, one, "learned", generator=np.random.default_rng(0), n_resamples=10) == []


def test_refuses_an_unknown_reference_and_unpaired_arms(clips: Clips, predicted: dict[str, Ints]) -> None:
    with pytest.raises(UsageError, match="random, learned, same, fixed"):
        compare_arms(clips, predicted, "best", generator=np.random.default_rng(0))
    with pytest.raises(DataError, match=r"random has \(2, 240\)"):
        compare_arms(
            clips, predicted | {"random": predicted["random"][:2]}, "learned", generator=np.random.default_rng(0)
        )


def test_by_hand() -> None:
    """In order .005 .01 .02 .4: 4 x .005, 3 x .01, 2 x .02, .4; the order given comes back."""
    assert holm_adjusted(np.array([0.02, 0.005, 0.4, 0.01])).tolist() == [0.04, 0.02, 0.4, 0.03]


def test_stays_within_1_and_in_order() -> None:
    assert holm_adjusted(np.array([0.6, 0.5, 0.9])).tolist() == [1.0, 1.0, 1.0]
    assert holm_adjusted(np.array([0.01, 0.0101])).tolist() == [0.02, 0.02]


def test_one_test_and_none_stay_as_they_are() -> None:
    assert holm_adjusted(np.array([0.03])).tolist() == [0.03]
    assert holm_adjusted(np.array([])).size == 0
