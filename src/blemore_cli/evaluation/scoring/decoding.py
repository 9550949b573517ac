"""Decoding of probabilities into permitted labels: the expected-score rule and the organisers' two thresholds."""

from itertools import product
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import EMOTIONS, IS_BLEND, N_EMOTIONS, N_LABELS, SALIENCE, SET_OF_LABEL, label_index
from blemore_cli.core.types import Floats, Ints

NEUTRAL: Final = EMOTIONS.index("neu")

_FIRST_LABEL_OF_SET: Final = np.unique(SET_OF_LABEL, return_index=True)[1]


def _blend_labels(first_pct: int) -> Ints:
    """(6, 6) label with the row's emotion at `first_pct` and the column's at the rest; its single where not a pair."""
    table = np.repeat(np.arange(N_EMOTIONS)[:, None], N_EMOTIONS, axis=1)
    for first, second in product(range(NEUTRAL), repeat=2):
        if first != second:
            table[first, second] = label_index({EMOTIONS[first]: first_pct, EMOTIONS[second]: 100 - first_pct})
    table.setflags(write=False)
    return table


EQUAL_BLEND: Final = _blend_labels(50)
"""(6, 6) the 50/50 blend of two emotions."""

DOMINANT_BLEND: Final = _blend_labels(70)
"""(6, 6) the blend with the row's emotion at 70 and the column's at 30."""


def decode_expected_score(prob: Floats, *, blend_share: float) -> Ints:
    """Decodes each clip as the label with the largest expected contribution to the Score.

    The Score is the mean of two accuracies: presence over all N clips, salience over the N_b blends among them.
    Predicting label y adds 1 / (2 N) if the emotion set is right, and for a blend 1 / (2 N_b) if the label is exactly
    right, because a single is never counted in the salience accuracy. Under `prob` this is, up to the factor 2 N,

        P(set of y) + [y is a blend] P(y) / blend_share,        blend_share = N_b / N,

    and the clips do not interact, so the best prediction maximises it for each clip alone. Without blends the
    salience accuracy is constant and the rule is the most probable set. Ties go to the first label in order.

    Args:
        prob: (N, 36) probabilities in the order of `labels.LABELS`.
        blend_share: Share of blends among the training clips, in [0, 1].

    Returns:
        (N,) positions in `labels.LABELS`.

    Raises:
        DataError: If `prob` has other columns or `blend_share` is outside its range.

    Examples:
        >>> from blemore_cli.core.labels import LABEL_CODES
        >>> prob = np.zeros((1, 36))
        >>> prob[0, [0, 6, 7]] = 0.4, 0.25, 0.35  # anger, or a blend of anger and disgust
        >>> LABEL_CODES[decode_expected_score(prob, blend_share=0.5)[0]]
        'ang_disg_70_30'
    """
    _check_columns(prob, N_LABELS)
    if not 0 <= blend_share <= 1:
        raise DataError(f"the share of blends must be in [0, 1], got {blend_share:g}", fix="Use the training share.")
    set_prob = np.add.reduceat(prob, _FIRST_LABEL_OF_SET, axis=1, dtype=np.float64)  # (N, 16)
    gain: Floats = set_prob[:, SET_OF_LABEL]
    if blend_share > 0:
        gain = gain + IS_BLEND * prob / blend_share
    decoded: Ints = gain.argmax(axis=1)
    return decoded


def emotion_salience(prob: Floats) -> Floats:
    """Expected salience of each emotion, the six numbers that the organisers' thresholds are applied to.

    s_e = sum over labels y of P(y) salience_y(e).

    Args:
        prob: (N, 36) probabilities in the order of `labels.LABELS`.

    Returns:
        (N, 6) in [0, 1], in the order of `labels.EMOTIONS`; rows sum to 1 as those of `prob` do.

    Raises:
        DataError: If `prob` has other columns.

    Examples:
        >>> emotion_salience(np.eye(36)[[7]]).round(2).tolist()
        [[0.7, 0.3, 0.0, 0.0, 0.0, 0.0]]
    """
    _check_columns(prob, N_LABELS)
    return np.asarray(prob, dtype=np.float64) @ SALIENCE


def decode_thresholds(salience: Floats, *, alpha: float, beta: float) -> Ints:
    """Decodes each clip with the organisers' two thresholds.

    Their rule: keep the two largest values. If the largest is below alpha, that emotion alone. Zero what is below
    alpha; one left: that emotion alone. Two left, one of them neutral: the larger alone. Otherwise a blend, 50/50 if
    the two differ by at most beta, else 70/30 toward the larger. In short: the largest alone, unless the second is
    positive, at least alpha, and neither is neutral.

    Ties: of equal values the earlier emotion counts as larger, so neutral, the last one, loses every tie. The
    organisers sort with NumPy's default algorithm, which leaves the order among equals to the machine; where three
    values tie for two places this rule is one of their possible results, and the same everywhere. A value equal to
    alpha stays; a difference equal to beta is a 50/50 blend. Comparisons are made in float64.

    Their code fails on a row without a positive value if alpha is 0 or less; here that is a single.

    Args:
        salience: (N, 6) salience or probability of each emotion, not negative.
        alpha: Presence threshold.
        beta: Salience threshold, not negative.

    Returns:
        (N,) positions in `labels.LABELS`.

    Raises:
        DataError: If `salience` does not have six columns.

    Source:
        `get_top_2_predictions` and `probs2dict` of BlEmoRe/blemore-common, model/post_process.py.

    Examples:
        >>> from blemore_cli.core.labels import LABEL_CODES
        >>> salience = np.array([[0.5, 0.4, 0.1, 0, 0, 0], [0.5, 0, 0, 0, 0, 0.5]])
        >>> [LABEL_CODES[i] for i in decode_thresholds(salience, alpha=0.2, beta=0.05)]
        ['ang_disg_70_30', 'ang']
    """
    largest, second, top, runner_up = two_largest(salience)
    is_blend = (runner_up >= alpha) & (runner_up > 0)
    is_equal = top - runner_up <= beta
    blend = np.where(is_equal, EQUAL_BLEND[largest, second], DOMINANT_BLEND[largest, second])
    return np.where(is_blend, blend, largest)


def two_largest(salience: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Finds the two largest values of each row; the earlier of equals counts as larger.

    Args:
        salience: (N, 6) salience or probability of each emotion.

    Returns:
        (N,) column of the largest, (N,) column of the second, and their values (N,) and (N,) in float64.

    Raises:
        DataError: If `salience` does not have six columns.
    """
    _check_columns(salience, N_EMOTIONS)
    values = np.array(salience, dtype=np.float64)
    rows = np.arange(len(values))
    largest = values.argmax(axis=1)
    top = values[rows, largest]
    values[rows, largest] = -np.inf
    second = values.argmax(axis=1)
    return largest, second, top, values[rows, second]


def _check_columns(values: Floats, n_columns: int) -> None:
    if values.ndim != 2 or values.shape[1] != n_columns:
        raise DataError(
            f"decoding needs an array of shape (N, {n_columns}), got {values.shape}",
            fix=f"Give {'a column for each of the 36 labels' if n_columns == N_LABELS else 'six columns, ang to neu'}.",
        )
