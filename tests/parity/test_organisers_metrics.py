"""The metrics against dictionaries of emotions and rounded percents, as the organisers compute them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.labels import LABELS, N_LABELS
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.score_summary import per_label_table

Entry = dict[str, str | float]
PAIRS_OF_LABELS = st.lists(st.tuples(st.integers(0, N_LABELS - 1), st.integers(0, N_LABELS - 1)), min_size=1)


def entries(label: int) -> list[Entry]:
    return [
        {"emotion": emotion, "salience": float(percent)}
        for emotion, percent in zip(LABELS[label].emotions, LABELS[label].saliences_pct, strict=True)
    ]


def as_dict(clip: list[Entry]) -> dict[str, int]:
    return {str(entry["emotion"]): round(float(entry["salience"])) for entry in clip}


def mean(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0


def presence_and_salience(pairs: list[tuple[int, int]]) -> tuple[float, float]:
    clips = [(as_dict(entries(true)), as_dict(entries(answer))) for true, answer in pairs]
    presence = [set(true) == set(answer) for true, answer in clips]
    salience = [len(answer) == 2 and true == answer for true, answer in clips if len(true) == 2]
    return mean(presence), mean(salience)


@given(PAIRS_OF_LABELS)
def test_official_scores(pairs: list[tuple[int, int]]) -> None:
    label, predicted = np.array(pairs).T
    presence, salience = presence_and_salience(pairs)
    scores = official_scores(label, predicted)
    assert (scores.presence, scores.salience) == (presence, salience)
    assert scores.score == pytest.approx(0.5 * presence + 0.5 * salience)


@given(PAIRS_OF_LABELS)
def test_per_label_table(pairs: list[tuple[int, int]]) -> None:
    label, predicted = np.array(pairs).T
    table = per_label_table(label, predicted[None])
    assert sum(row.n for row in table) == len(pairs)
    assert [row.label for row in table] == [LABELS[i].code for i in sorted(set(label))]
    for row in table:
        mine = [pair for pair in pairs if LABELS[pair[0]].code == row.label]
        presence, _ = presence_and_salience(mine)
        exact = mean([true == answer for true, answer in mine])
        assert (row.n, row.presence, row.exact) == (len(mine), presence, exact)
