"""The tables of a run come back as they were written, and a damaged one is refused by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.labels import LABELS, N_LABELS, PROBABILITY_COLUMNS
from blemore_cli.core.types import Floats, Predictions
from blemore_cli.data.exact_csv import read_exact_csv
from blemore_cli.data.metadata.csv_table import read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.experiments.runs.folder import DONE, RunFolder
from blemore_cli.experiments.runs.tables import (
    label_frame,
    read_log,
    read_oof,
    read_soundness,
    read_weights,
    write_by_encoder,
    write_predictions,
)

Change = Callable[[pd.DataFrame], pd.DataFrame]


def predictions() -> Predictions:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), N_LABELS)
    names = np.array([f"clip_{i}" for i in range(N_LABELS)])
    return Predictions(names, np.zeros(N_LABELS, int), np.full(N_LABELS, 5), prob, np.arange(N_LABELS))


def test_singles_leave_the_second_emotion_and_saliences_empty() -> None:
    frame = label_frame(np.array([0, 7]))
    assert frame.iloc[0].tolist() == [0, "ang", "", "", ""]
    assert frame.iloc[1].tolist() == [1, "ang", "disg", 70, 30]


def test_labels_and_probabilities_read_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "oof.csv"
    write_predictions(path, predictions())
    assert labels_of_frame(read_table(path, ("filename", *LABEL_COLUMNS)), path).tolist() == list(range(len(LABELS)))
    read = read_exact_csv(path)
    np.testing.assert_array_equal(read[list(PROBABILITY_COLUMNS)], predictions().prob)


def test_weights_have_a_column_for_each_encoder(tmp_path: Path) -> None:
    weights = np.random.default_rng(0).random((N_LABELS, 2)).astype(np.float32)
    write_by_encoder(tmp_path / "gate.csv", predictions(), weights, ["face", "voice"])
    read = pd.read_csv(tmp_path / "gate.csv")
    assert list(read.columns) == ["filename", "fold", "seed", "face", "voice"]
    np.testing.assert_array_equal(read[["face", "voice"]].to_numpy().astype(np.float32), weights)


def test_tables_come_back_exactly(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    names = np.array(["NA", "1", "null", 'say "a, b"'])  # names that a reader of CSV could take for something else
    predictions = Predictions(names, np.arange(4), np.array([0, 0, 3, 3]), rng.dirichlet(np.ones(36), 4), np.arange(4))
    weights = rng.dirichlet([1.0, 1.0], 4)
    write_predictions(tmp_path / "oof.csv", predictions)
    write_by_encoder(tmp_path / "gate_oof.csv", predictions, weights, ["a b", "NA"])
    oof, gate = read_oof(tmp_path / "oof.csv"), read_weights(tmp_path / "gate_oof.csv")
    for key, value in vars(predictions).items():
        assert np.array_equal(getattr(oof, key), value), key
    assert gate.encoders == ("a b", "NA")
    assert np.array_equal(gate.values, weights)
    assert (gate.filename.tolist(), gate.seed.tolist()) == (names.tolist(), [0, 0, 3, 3])


def test_soundness_comes_back_in_the_rows_of_the_weights_or_is_refused(tmp_path: Path) -> None:
    path, soundness = tmp_path / "soundness_oof.csv", np.random.default_rng(1).random((N_LABELS, 2))
    write_by_encoder(tmp_path / "gate_oof.csv", predictions(), soundness / soundness.sum(1)[:, None], ["face", "voice"])
    gate = read_weights(tmp_path / "gate_oof.csv")
    assert read_soundness(path, gate) is None
    write_by_encoder(path, predictions(), soundness, ["face", "voice"])
    assert np.array_equal(read_soundness(path, gate), soundness)  # type: ignore[arg-type]
    write_checksums(tmp_path / "done", [path.name])
    path.rename(tmp_path / "lost.csv")
    with pytest.raises(ArtefactError, match=r"soundness_oof\.csv must be readable"):
        read_soundness(path, gate)
    (tmp_path / "done").unlink()
    write_by_encoder(path, predictions(), 2 * soundness, ["face", "voice"])
    with pytest.raises(ArtefactError, match="must be a probability"):
        read_soundness(path, gate)
    write_by_encoder(path, predictions(), soundness, ["voice", "face"])
    with pytest.raises(ArtefactError, match="the rows and encoders of the fusion weights"):
        read_soundness(path, gate)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda frame: frame.drop(columns="p_ang"), "the column p_ang must be there"),
        (lambda frame: pd.concat([frame, frame[:1]]), "one row for each seed"),
        (lambda frame: frame.assign(p_ang=frame.p_ang + 0.1), "must be a distribution"),
        (lambda frame: frame.assign(p_ang=frame.p_ang - 1.5, p_sad=frame.p_sad + 1.5), "must be a distribution"),
        (lambda frame: frame.assign(p_ang="much"), "must hold numbers"),
        (lambda frame: frame.assign(p_ang=np.inf), "must be finite"),
        (lambda frame: frame.assign(emotion_1="joy"), "joy"),
    ],
)
def test_a_damaged_table_of_predictions_is_refused(change: Change, problem: str, written_run: RunFolder) -> None:
    path = written_run.path / "oof.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)
    with pytest.raises(ArtefactError, match=rf"oof\.csv is damaged: .*{problem}"):
        read_oof(path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda frame: frame.assign(face=-0.1), "must not be negative"),
        (lambda frame: frame.assign(face=frame.face + 0.5), "must be a distribution"),
        (lambda frame: frame.assign(face="?"), "must hold numbers"),
        (lambda frame: frame.drop(columns="seed"), "the column seed must be there"),
    ],
)
def test_a_damaged_table_of_weights_is_refused(change: Change, problem: str, written_run: RunFolder) -> None:
    path = written_run.path / "gate_oof.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)
    with pytest.raises(ArtefactError, match=rf"gate_oof\.csv is damaged: .*{problem}"):
        read_weights(path)


def test_a_clip_without_an_encoder_has_no_weights(written_run: RunFolder) -> None:
    path = written_run.path / "gate_oof.csv"
    frame = pd.read_csv(path)
    encoders = [name for name in frame.columns if name not in ("filename", "fold", "seed")]
    frame.loc[0, encoders] = 0.0
    frame.to_csv(path, index=False)
    (written_run.path / DONE).write_text("")  # without checksums
    assert read_weights(path).values[0].tolist() == [0.0] * len(encoders)


UNKNOWN = '{"seed": 0, "fold": 1, "stage": "a", "epoch": 1, "loss": 1.0, "held_gut_loss": 2.0}'


@pytest.mark.parametrize("line", ["{", "[1]", "[" * 100_000, UNKNOWN])
def test_a_damaged_log_is_refused(line: str, written_run: RunFolder) -> None:
    path = written_run.path / "log.jsonl"
    path.write_text(path.read_text() + line)
    with pytest.raises(ArtefactError, match=r"log\.jsonl"):
        read_log(path)


@pytest.mark.parametrize("read", [read_oof, read_weights, read_log])
def test_what_is_no_text_or_not_there_is_named(read: Callable[[Path], Any], tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="table, which is missing"):
        read(tmp_path / "table")
    (tmp_path / "table").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArtefactError, match="table is damaged"):
        read(tmp_path / "table")
    (tmp_path / "table").write_bytes(b"")
    if read is not read_log:  # a fit without epochs has an empty log
        with pytest.raises(ArtefactError, match="table is damaged"):
            read(tmp_path / "table")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tables_are_the_bytes_of_pandas(tmp_path: Path, dtype: type) -> None:
    rng = np.random.default_rng(0)
    values: Floats = np.concatenate([rng.random((5, 2)), [[0, 1], [1e-12, 3e-300], [0.1, 1 / 3]]]).astype(dtype)
    names = np.array(['"', ",", "a b", "\n", "1", "", "é", "x"])
    of_clips = Predictions(names, np.arange(8), np.arange(8), rng.dirichlet(np.ones(36), 8), np.arange(8))
    write_by_encoder(tmp_path / "gate.csv", of_clips, values, ["seed", 'b"'])
    keys = pd.DataFrame({"filename": names, "fold": np.arange(8), "seed": np.arange(8)})
    expected = pd.concat([keys, pd.DataFrame(values, columns=["seed", 'b"'])], axis=1).to_csv(index=False)
    assert (tmp_path / "gate.csv").read_bytes() == expected.encode()
