from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.config.schema import Config, DecodeConfig, TrainConfig
from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.training.choice import Choice, choose
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.inner import InnerPart

N, T = 60, 4
ROWS = np.arange(N)
LABEL = np.random.default_rng(0).integers(0, 36, N)
NOTHING = np.empty(0, dtype=np.int64)
PARTS = [
    InnerPart("0+1", NOTHING, predicted=ROWS[:40], judged=ROWS[20:40]),  # rows 0 to 19 are the fold that is scored
    InnerPart("0+2", NOTHING, predicted=np.r_[ROWS[:20], ROWS[40:60]], judged=ROWS[40:60]),
]
JUDGED = LABEL[20:]


def truth_with(share: float, label: Ints = LABEL) -> Floats:
    """(N, 36) probabilities that give the true label a share, and the others equal parts of the rest."""
    prob = np.full((len(label), 36), (1 - share) / 35)
    prob[np.arange(len(label)), label] = share
    return prob


def inner(epochs: Sequence[Floats]) -> list[EpochPredictions]:
    """What trainings predictions that give all rows of the table the probabilities of an epoch."""
    prob = np.stack(epochs).astype(np.float32)
    return [EpochPredictions(np.zeros(len(epochs)), prob[:, part.predicted]) for part in PARTS]


def chosen(predictions: list[EpochPredictions], label: Ints = LABEL, **more: Any) -> Choice:
    method = more.pop("method", "expected_score")
    return choose(label, PARTS, predictions, Config(train=TrainConfig(**more), decode=DecodeConfig(method=method)))


@pytest.mark.parametrize("best", range(T))
def test_the_epoch_with_the_smallest_loss_is_chosen(best: int) -> None:
    predictions = inner([truth_with(0.8 if epoch == best else 0.5) for epoch in range(T)])
    assert chosen(predictions).n_epochs == best + 1


def test_the_loss_is_the_mean_over_all_judged_clips_not_over_parts() -> None:
    parts = [PARTS[0], InnerPart("0+2", NOTHING, predicted=PARTS[1].predicted, judged=ROWS[40:42])]
    first, second = truth_with(0.9), truth_with(0.5)  # twenty clips like the first epoch, two far prefer the second
    first[40:42], second[40:42] = truth_with(0.02)[40:42], truth_with(0.6)[40:42]
    losses = [held_out_losses(LABEL[20:42], epoch[20:42]).mean() for epoch in (first, second)]
    by_part = [
        np.mean([held_out_losses(LABEL[rows], epoch[rows]).mean() for rows in (ROWS[20:40], ROWS[40:42])])
        for epoch in (first, second)
    ]
    assert losses[0] < losses[1]
    assert by_part[0] > by_part[1]
    predictions = inner([first, second])
    assert choose(LABEL, parts, predictions, Config()).n_epochs == 1


@pytest.mark.parametrize("method", ["expected_score", "thresholds"])
def test_the_epoch_with_the_best_score_is_chosen_where_asked_for(method: str) -> None:
    rng = np.random.default_rng(1)
    wrong = rng.dirichlet(np.ones(36), N)
    noisy = [np.where(rng.random((N, 1)) < share, truth_with(0.6), wrong) for share in (0.2, 0.7)]
    sharp = truth_with(0.999)
    sharp[57:] = truth_with(1e-12)[57:]  # to the loss these three clips cost more than all others gain
    predictions = inner([*noisy, sharp])
    scores = []
    for epoch in (*noisy, sharp):
        prob = epoch[20:].astype(np.float32)
        decoder = fit_decoder(JUDGED, prob, method=method)  # type: ignore[arg-type]
        scores.append(official_scores(JUDGED, decoder.labels(prob)).score)
    assert chosen(predictions, choose_by="score", method=method).n_epochs == 1 + int(np.argmax(scores)) == 3
    assert chosen(predictions, choose_by="loss", method=method).n_epochs == 2


@pytest.mark.parametrize("choose_by", ["loss", "score"])
def test_of_equally_good_epochs_the_first_is_chosen(choose_by: str) -> None:
    worse = np.random.default_rng(0).dirichlet(np.ones(36), N)
    assert chosen(inner([worse, *[truth_with(0.7)] * 3]), choose_by=choose_by).n_epochs == 2
    assert chosen(inner([truth_with(0.7)] * 4), choose_by=choose_by).n_epochs == 1


@pytest.mark.parametrize("choose_by", ["loss", "score"])
@pytest.mark.parametrize("method", ["expected_score", "thresholds"])
def test_only_judged_rows_are_read(choose_by: str, method: str) -> None:
    rng = np.random.default_rng(2)
    predictions = inner([rng.dirichlet(np.ones(36), N) for _ in range(T)])
    before = chosen(predictions, choose_by=choose_by, method=method)
    label = LABEL.copy()
    label[:20] = -1
    for each in predictions:
        each.prob[:, :20] = np.nan  # both trainings predicted the scored fold first
    after = chosen(predictions, label, choose_by=choose_by, method=method)
    assert (before.n_epochs, before.decoder) == (after.n_epochs, after.decoder)
    np.testing.assert_array_equal(before.held_out_loss, after.held_out_loss)


def test_the_decoder_is_fitted_to_the_judged_rows_of_the_chosen_epoch() -> None:
    rng = np.random.default_rng(3)
    epochs = [share * truth_with(0.9) + (1 - share) * rng.dirichlet(np.ones(36), N) for share in (0.1, 0.7, 0.4)]
    found = chosen(inner(epochs), method="thresholds")
    prob = epochs[found.n_epochs - 1][20:].astype(np.float32)
    assert found.decoder == fit_decoder(JUDGED, prob, method="thresholds")
    others = [fit_decoder(JUDGED, epoch[20:], method="thresholds") for epoch in epochs]
    assert [other == found.decoder for other in others] == [False, True, False]


def test_losses_are_told_for_each_part_and_epoch() -> None:
    epochs = [np.random.default_rng(epoch).dirichlet(np.ones(36), N) for epoch in range(T)]
    losses = chosen(inner(epochs)).held_out_loss
    for rows, found in zip((ROWS[20:40], ROWS[40:60]), losses, strict=True):
        expected = [held_out_losses(LABEL[rows], epoch[rows]).mean() for epoch in epochs]
        np.testing.assert_allclose(found, expected, rtol=1e-5)


@pytest.mark.parametrize("choose_by", ["loss", "score"])
def test_six_emotions_choose_as_well(choose_by: str) -> None:
    singles = np.where(LABEL < 6, LABEL, 0)
    emotions = np.eye(6)[singles] * 0.9 + 0.1 / 6
    predictions = inner([np.full((N, 6), 1 / 6), emotions])
    found = chosen(predictions, singles, choose_by=choose_by, method="thresholds")
    assert found.n_epochs == 2
    assert found.decoder.method == "thresholds"
