"""Threshold search: what it finds, and what it refuses."""

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import SALIENCE
from blemore_cli.evaluation.scoring.decoding import decode_thresholds
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.thresholds import GRID, search_thresholds


def test_perfect_saliences_are_decoded_perfectly() -> None:
    label = np.arange(36)
    found = search_thresholds(label, SALIENCE[label])
    assert (found.presence, found.salience) == (1.0, 1.0)
    assert (found.alpha, found.beta) == (GRID[0], GRID[0])


def test_accuracies_are_those_of_the_decoder_at_the_thresholds_found() -> None:
    rng = np.random.default_rng(1)
    label, salience = rng.integers(0, 36, 500), rng.dirichlet(np.ones(6), 500)
    found = search_thresholds(label, salience)
    scores = official_scores(label, decode_thresholds(salience, alpha=found.alpha, beta=found.beta))
    assert (found.presence, found.salience) == (scores.presence, scores.salience)


def test_refuses_unlabelled_clips() -> None:
    with pytest.raises(DataError, match="-1 in 1 of 2"):
        search_thresholds(np.array([-1, 0]), np.ones((2, 6)))
    with pytest.raises(DataError, match="at least one clip"):
        search_thresholds(np.zeros(0, dtype=np.int64), np.ones((0, 6)))
