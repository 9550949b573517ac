"""The vectorised decoder and threshold search against the organisers' procedure, written out clip by clip.

At the size of the challenge `make bench` compares the two searches, with their times.
"""

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from blemore_cli.core.labels import EMOTIONS, LABELS, N_LABELS, SALIENCE, label_index
from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.decoding import decode_thresholds, emotion_salience
from blemore_cli.evaluation.scoring.thresholds import GRID, search_thresholds

Answer = dict[str, int]


def organisers_rule(row: list[float], alpha: float, beta: float) -> Answer:
    """Emotion to percent, step by step as the challenge describes the rule."""
    order = sorted(range(6), key=lambda e: -row[e])  # stable: the first of equals comes first
    kept = [row[e] if e in order[:2] else 0.0 for e in range(6)]
    top = order[0]
    if kept[top] < alpha:
        return {EMOTIONS[top]: 100}
    kept = [0.0 if value < alpha else value for value in kept]
    left = [e for e in range(6) if kept[e] > 0]
    if len(left) <= 1:
        return {EMOTIONS[top]: 100}
    first, second = left
    if EMOTIONS[second] == "neu":
        return {EMOTIONS[first]: 100} if kept[first] >= kept[second] else {"neu": 100}
    if abs(kept[first] - kept[second]) <= beta:
        return {EMOTIONS[first]: 50, EMOTIONS[second]: 50}
    if kept[first] > kept[second]:
        return {EMOTIONS[first]: 70, EMOTIONS[second]: 30}
    return {EMOTIONS[first]: 30, EMOTIONS[second]: 70}


def organisers_accuracies(truths: list[Answer], answers: list[Answer]) -> tuple[float, float]:
    presence = [set(truth) == set(answer) for truth, answer in zip(truths, answers, strict=True)]
    salience = [truth == answer for truth, answer in zip(truths, answers, strict=True) if len(truth) == 2]
    return sum(presence) / len(presence), sum(salience) / len(salience) if salience else 0.0


def plain_search(label: Ints, salience: Floats) -> tuple[float, float, float, float]:
    truths = [dict(zip(LABELS[i].emotions, LABELS[i].saliences_pct, strict=True)) for i in label]
    cells = []
    for alpha in np.linspace(0.05, 0.95, 20):
        for beta in np.linspace(0.05, 0.95, 20):
            answers = [organisers_rule(row, alpha, beta) for row in salience.tolist()]
            cells.append((float(alpha), float(beta), *organisers_accuracies(truths, answers)))
    return max(cells, key=lambda cell: 0.5 * cell[2] + 0.5 * cell[3])  # max gives the first of equals


def decoded_by_rule(salience: Floats, alpha: float, beta: float) -> list[int]:
    return [label_index(organisers_rule(row, alpha, beta)) for row in salience.tolist()]


def rows(values: st.SearchStrategy[float]) -> st.SearchStrategy[Floats]:
    return arrays(np.float64, st.tuples(st.integers(1, 30), st.just(6)), elements=values)


ON_GRID = st.sampled_from([0.0, *GRID.tolist()])
TIE_HEAVY = st.integers(0, 4).map(lambda quarters: quarters / 4)
ANY = st.floats(0, 1)


@given(rows(ANY | ON_GRID | TIE_HEAVY), ANY | ON_GRID, ANY | ON_GRID)
def test_decoder_is_the_rule_on_any_salience(salience: Floats, alpha: float, beta: float) -> None:
    decoded = decode_thresholds(salience, alpha=alpha, beta=beta)
    assert decoded.tolist() == decoded_by_rule(salience, alpha, beta)


@given(rows(TIE_HEAVY), TIE_HEAVY, TIE_HEAVY)
def test_decoder_is_the_rule_where_everything_ties(salience: Floats, alpha: float, beta: float) -> None:
    decoded = decode_thresholds(salience, alpha=alpha, beta=beta)
    assert decoded.tolist() == decoded_by_rule(salience, alpha, beta)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.randoms(use_true_random=False), st.sampled_from(["dirichlet", "quantised", "on grid"]))
def test_search_is_the_plain_loop(n: int, random: "np.random.RandomState", kind: str) -> None:
    rng = np.random.default_rng(random.randint(0, 2**31))
    label = rng.integers(0, N_LABELS, n)
    salience = {
        "dirichlet": 0.5 * rng.dirichlet(np.ones(6), n) + 0.5 * SALIENCE[label],
        "quantised": rng.integers(0, 5, (n, 6)) / 4,
        "on grid": rng.choice(GRID, (n, 6)),
    }[kind]
    assert astuple(search_thresholds(label, salience)) == plain_search(label, salience)


def test_search_is_the_plain_loop_on_a_realistic_sample() -> None:
    rng = np.random.default_rng(3)
    label = rng.integers(0, N_LABELS, 120)
    salience = emotion_salience(0.6 * rng.dirichlet(np.full(N_LABELS, 0.2), 120) + 0.4 * np.eye(N_LABELS)[label])
    found = search_thresholds(label, salience)
    assert astuple(found) == plain_search(label, salience)
    assert found.presence > 0.3


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_search_is_the_plain_loop_where_values_lie_on_the_grid(seed: int) -> None:
    """Second values equal to an alpha, and differences equal to a beta, decide which cell decodes all clips right."""
    rng = np.random.default_rng(seed)
    exact = [step for step in GRID if (0.5 + step) - 0.5 == step]
    second = np.where(np.arange(60) < 30, rng.choice(GRID, 60), 0.5)
    largest = np.where(np.arange(60) < 30, 1.0, 0.5 + rng.choice(exact, 60))
    salience = np.zeros((60, 6))
    for row, values in zip(salience, zip(largest, second, strict=True), strict=True):
        row[rng.permutation(5)[:2]] = values
    label = decode_thresholds(salience, alpha=GRID[9], beta=exact[len(exact) // 2])
    found = search_thresholds(label, salience)
    assert astuple(found) == plain_search(label, salience)
    assert (found.presence, found.salience) == (1, 1)


def test_search_without_blends_has_no_salience_accuracy() -> None:
    label, salience = np.array([0, 5]), np.eye(6)[[0, 5]]
    assert astuple(search_thresholds(label, salience)) == plain_search(label, salience) == (0.05, 0.05, 1.0, 0.0)
