from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.types import Clips, Ints
from blemore_cli.data.index.array_cache import ArrayCache
from blemore_cli.training.wide import wide_encoder
from blemore_cli.training.wide.wide_encoder import WideEncoder, WideReduction, is_gram_being_made, is_wide, suffices

N, WIDTH, K = 60, 150, 8
MATRIX = np.random.default_rng(0).normal(size=(N, WIDTH)).astype(np.float32)
ROWS = np.arange(5, 45)


def clips(fold: Ints | None = None, actor: np.ndarray | None = None) -> Clips:
    names = np.char.add("clip_", np.arange(N).astype(str))
    fold = np.repeat(np.arange(5), 12) if fold is None else fold
    actor = np.repeat(np.arange(20), 3).astype(str) if actor is None else actor
    return Clips(names, actor, np.zeros(N, dtype=bool), fold, np.arange(N) % 36)


def encoder(matrix: np.ndarray, key: tuple[object, ...] | None = (6.0,)) -> WideEncoder:
    return WideEncoder(matrix, lambda columns: np.asarray(matrix[:, columns]), key)


def test_scores_from_inner_products_are_those_of_the_components() -> None:
    reduction = WideReduction(encoder(MATRIX), ROWS, K)
    assert reduction.shape == reduction.components.shape == (WIDTH, K)
    np.testing.assert_allclose(reduction.scores, MATRIX @ reduction.components, atol=1e-4)


def test_a_training_holds_no_inner_products_once_it_has_its_scores() -> None:
    reduction = WideReduction(encoder(MATRIX), ROWS, K)
    before = reduction.encoder.gram
    scores = reduction.scores
    assert "gram" not in vars(reduction.encoder)
    np.testing.assert_allclose(scores, MATRIX @ reduction.components, atol=1e-4)
    np.testing.assert_array_equal(reduction.encoder.gram, before)


def test_other_rows_are_never_fitted_to() -> None:
    changed = MATRIX.copy()
    changed[45:] = 1e3
    one, other = (WideReduction(encoder(matrix), ROWS, K) for matrix in (MATRIX, changed))
    np.testing.assert_array_equal(one.components, other.components)
    np.testing.assert_array_equal(one.scores[:45], other.scores[:45])


def test_nothing_is_made_twice_of_a_matrix_that_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def values() -> dict[str, Any]:
        matrix = ArrayCache(tmp_path).array("standardised", ("x",), MATRIX.copy)
        reduction = WideReduction(encoder(matrix), ROWS, K)
        chosen = suffices(reduction.encoder, ROWS, clips(), K)
        return {"scores": reduction.scores, "components": reduction.components, "chosen": chosen}

    before = values()
    monkeypatch.setattr(wide_encoder, "gram_matrix", None)
    monkeypatch.setattr(wide_encoder, "dual_components", None)
    monkeypatch.setattr(wide_encoder, "components_suffice", None)
    for name, value in values().items():
        np.testing.assert_array_equal(value, before[name])


def test_other_rows_clamps_and_labels_are_other_entries(tmp_path: Path) -> None:
    matrix = ArrayCache(tmp_path).array("standardised", ("x",), MATRIX.copy)
    for key, rows, number in (((6.0,), ROWS, K), ((3.0,), ROWS, K), ((6.0,), ROWS + 1, K), ((6.0,), ROWS, K + 1)):
        _ = WideReduction(encoder(matrix, key), rows, number).scores
    assert len(list(tmp_path.glob("gram-*"))) == 2
    assert len(list(tmp_path.glob("scores-*"))) == 4


def test_products_of_more_threads_are_other_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = ArrayCache(tmp_path).array("standardised", ("x",), MATRIX.copy)
    for n_threads in (1, 2):
        monkeypatch.setattr(wide_encoder, "linear_algebra", lambda n=n_threads: ("0.3", "Haswell", n))
        _ = encoder(matrix).gram
    assert len(list(tmp_path.glob("gram-*"))) == 2


def test_an_encoder_that_another_process_is_at_is_known(tmp_path: Path) -> None:
    matrix = ArrayCache(tmp_path).array("standardised", ("x",), MATRIX.copy)
    seen: list[bool] = []

    def standardised(columns: slice) -> np.ndarray:
        seen.append(is_gram_being_made(matrix, (6.0,)))
        return np.asarray(matrix[:, columns])

    _ = WideEncoder(matrix, standardised, (6.0,)).gram
    assert seen == [True]
    assert not is_gram_being_made(matrix, (6.0,))
    assert not is_gram_being_made(matrix, None)


def test_what_is_fitted_to_training_rows_is_not_kept(tmp_path: Path) -> None:
    matrix = ArrayCache(tmp_path).array("standardised", ("x",), MATRIX.copy)
    _ = WideReduction(encoder(matrix, key=None), ROWS, K).scores
    assert len(list(tmp_path.iterdir())) == 1


def test_more_columns_than_training_clips_are_wide_unless_these_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_wide(N + 1, clips())
    monkeypatch.setattr(wide_encoder, "LEAST_CLIPS", N)
    assert is_wide(N + 1, clips())
    assert not is_wide(N, clips())


def test_rows_that_cannot_be_split_keep_components() -> None:
    one_actor = clips(fold=np.zeros(N, dtype=np.int64), actor=np.full(N, "A"))
    assert suffices(encoder(MATRIX), ROWS, one_actor, K)
