"""Expected-score decoding against the expectation of the Score, taken label by label."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.labels import LABELS, N_LABELS
from blemore_cli.evaluation.scoring.decoding import decode_expected_score


def expected_contribution(prob: list[float], predicted: int, n_clips: int, n_blends: int) -> float:
    """0.5 [set right] / n_clips + 0.5 [blend and exactly right] / n_blends, averaged over the truth."""
    total = 0.0
    for true, p in enumerate(prob):
        right = set(LABELS[true].emotions) == set(LABELS[predicted].emotions)
        total += p * 0.5 * right / n_clips
        if true == predicted and len(LABELS[true].emotions) == 2:
            total += p * 0.5 / n_blends
    return total


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.floats(0.1, 3))
def test_decoded_label_has_the_largest_expectation(seed: int, n_blends: int, concentration: float) -> None:
    n_clips = 20
    prob = np.random.default_rng(seed).dirichlet(np.full(N_LABELS, concentration), 5)
    decoded = decode_expected_score(prob, blend_share=n_blends / n_clips)
    for row, label in zip(prob.tolist(), decoded, strict=True):
        gains = [expected_contribution(row, candidate, n_clips, n_blends) for candidate in range(N_LABELS)]
        assert gains[label] >= max(gains) * (1 - 1e-12)
