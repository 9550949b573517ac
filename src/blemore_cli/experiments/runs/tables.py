"""Tables of a run: predictions with the 36 probabilities, fusion weights, and the log of its trainings."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.files import write_text
from blemore_cli.core.labels import LABELS, PROBABILITY_COLUMNS
from blemore_cli.core.types import Floats, Ints, Predictions, Strings
from blemore_cli.core.validation import validated
from blemore_cli.data.exact_csv import read_exact_csv
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.experiments.runs.folder import MAKE_AGAIN, RunFolder

Records = list[dict[str, Any]]
"""Lines of a log, each of an epoch of a training."""

LOG: Final = "log.jsonl"
KEYS: Final = ("filename", "fold", "seed")
SINGLE: Final = ("", "", "")
"""What a single leaves empty: the second emotion and both saliences."""

TOLERANCE: Final = 1e-3
"""How far the sum of a distribution may be from 1."""


class _Record(BaseModel):
    """One line of the log; a stage is the name of a training, such as `inner 0+1`."""

    model_config = ConfigDict(strict=True, extra="forbid")

    seed: int
    fold: int
    stage: Annotated[str, Field(pattern=r"^[\w+ ]+$")]
    epoch: int
    loss: FiniteFloat
    held_out_loss: FiniteFloat = 0.0


@dataclass(frozen=True)
class EncoderTable:
    """Numbers of the encoders beside the predictions of a run: fusion weights, or posterior soundness.

    Attributes:
        filename: (N,) clips, in the order of the file.
        fold: (N,) the fold that the model left out.
        seed: (N,) its seed.
        encoders: Names of the E encoders.
        values: (N, E); a fusion weight is 0 where an encoder was not selected.
    """

    filename: Strings
    fold: Ints
    seed: Ints
    encoders: tuple[str, ...]
    values: Floats


def label_frame(label: Ints) -> pd.DataFrame:
    """(N,) positions in `LABELS` as the metadata's five columns; a single has no second emotion and no saliences."""
    rows = [
        (1, *each.emotions, *each.saliences_pct) if each.is_blend else (0, *each.emotions, *SINGLE)
        for each in (LABELS[i] for i in label)
    ]
    return pd.DataFrame(rows, columns=list(LABEL_COLUMNS))


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Writes `oof.csv` or `test.csv`; numbers are written so that they read back exactly."""
    prob = pd.DataFrame(predictions.prob, columns=list(PROBABILITY_COLUMNS))
    _write(path, predictions, label_frame(predictions.label), prob)


def write_by_encoder(path: Path, predictions: Predictions, values: Floats, encoders: Sequence[str]) -> None:
    """Writes numbers (N, E) of the encoders beside the predictions.

    `gate_oof.csv` and `gate_test.csv` have fusion weights, 0 where an encoder was not selected; `soundness_oof.csv` and
    `soundness_test.csv` the posterior soundness, 0 where it is absent.
    """
    _write(path, predictions, pd.DataFrame(np.asarray(values), columns=list(encoders)))


def _write(path: Path, predictions: Predictions, *columns: pd.DataFrame) -> None:
    keys = pd.DataFrame({name: getattr(predictions, name) for name in KEYS})
    frame, text = pd.concat([keys, *columns], axis=1), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")  # the bytes of `DataFrame.to_csv` in half the time
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_values(column) for _, column in frame.items()), strict=True))
    write_text(path, text.getvalue())


def _values(column: "pd.Series[Any]") -> list[Any]:
    """The values of a column, each with as many digits as its type has when it is written."""
    return list(column.to_numpy()) if column.dtype == np.float32 else column.tolist()


def read_oof(path: Path) -> Predictions:
    """Reads `oof.csv`.

    Raises:
        ArtefactError: If it is missing or damaged, repeats a clip for a seed, or holds anything but distributions.
    """
    frame = _table(
        path, (*KEYS, *LABEL_COLUMNS, *PROBABILITY_COLUMNS), per=("seed",), text=("filename", *LABEL_COLUMNS)
    )
    try:
        label = labels_of_frame(frame, path)
    except DataError as error:
        raise _damaged(path, error.message.removeprefix(f"{path}: ")) from error
    prob = _numbers(frame, PROBABILITY_COLUMNS, path)
    if (prob < 0).any() or (np.abs(prob.sum(axis=1) - 1) > TOLERANCE).any():
        raise _damaged(path, "every row's 36 probabilities must be a distribution")
    fold, seed = _numbers(frame, KEYS[1:], path).astype(np.int64).T
    RunFolder(path.parent).check(path.name)
    return Predictions(frame["filename"].to_numpy(dtype=str), fold, seed, prob, label)


def read_weights(path: Path) -> EncoderTable:
    """Reads `gate_oof.csv` or `gate_test.csv`.

    Raises:
        ArtefactError: If it is missing or damaged, or the weights of a row are no distribution; all may be 0.
    """
    table = _by_encoder(path)
    weights = table.values
    if (weights < 0).any():
        raise _damaged(path, "a fusion weight must not be negative")
    is_read = weights.any(axis=1)  # a clip without an encoder of its model's training has none
    if (np.abs(weights[is_read].sum(axis=1) - 1) > TOLERANCE).any():
        raise _damaged(path, "every row's fusion weights must be a distribution")
    RunFolder(path.parent).check(path.name)
    return table


def read_soundness(path: Path, gate: EncoderTable) -> Floats | None:
    """Reads `soundness_oof.csv`: (N, E) posterior soundness in the rows of the fusion weights; None without the file.

    Raises:
        ArtefactError: If a finished run has lost it, or it is damaged, or has other rows or encoders than the fusion
            weights.
    """
    RunFolder(path.parent).check(path.name)
    if not path.is_file():
        return None
    table = _by_encoder(path)
    soundness = table.values
    if (soundness < 0).any() or (soundness > 1).any():
        raise _damaged(path, "a posterior soundness must be a probability")
    is_same = table.encoders == gate.encoders and all(
        np.array_equal(getattr(table, key), getattr(gate, key)) for key in KEYS
    )
    if not is_same:
        raise _damaged(path, "it must have the rows and encoders of the fusion weights")
    return soundness


def _by_encoder(path: Path) -> EncoderTable:
    frame = _table(path, KEYS, per=KEYS[1:], text=("filename",))
    encoders = tuple(name for name in frame.columns if name not in KEYS)
    values = _numbers(frame, encoders, path)
    fold, seed = _numbers(frame, KEYS[1:], path).astype(np.int64).T
    return EncoderTable(frame["filename"].to_numpy(dtype=str), fold, seed, encoders, values)


def read_log(path: Path) -> Records:
    """Reads `log.jsonl`: one record an epoch of a training; nothing where the fit had no epochs.

    Raises:
        ArtefactError: If it is missing, or a line is not such a record.
    """
    records = _reading(path, lambda: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])
    validated(records, list[_Record], place=path, fix=MAKE_AGAIN)
    RunFolder(path.parent).check(path.name)
    log: Records = records
    return log


def _table(path: Path, columns: tuple[str, ...], *, per: tuple[str, ...], text: tuple[str, ...]) -> pd.DataFrame:
    """The table, if it has these columns, and for each clip one row for each of these keys."""
    frame: pd.DataFrame = _reading(
        path, lambda: read_exact_csv(path, dtype=dict.fromkeys(text, str), keep_default_na=False)
    )
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise _damaged(path, f"the column {missing[0]} must be there")
    if frame.duplicated(["filename", *per]).any():
        raise _damaged(path, f"a clip must have one row for each {' and '.join(per)}")
    return frame


def _numbers(frame: pd.DataFrame, columns: tuple[str, ...], path: Path) -> Floats:
    try:
        values: Floats = frame[list(columns)].to_numpy(dtype=np.float64)
    except (ValueError, TypeError):
        raise _damaged(path, f"the columns {columns[0]} to {columns[-1]} must hold numbers") from None
    if not np.isfinite(values).all():
        raise _damaged(path, f"the columns {columns[0]} to {columns[-1]} must be finite")
    return values


def _reading(path: Path, read: Callable[[], Any]) -> Any:
    if not path.is_file():
        raise ArtefactError(f"a report needs {path}, which is missing", fix=MAKE_AGAIN)
    try:
        content = read()
    except (OSError, ValueError, RecursionError) as error:  # pandas' own errors and those of encodings are ValueErrors
        raise _damaged(path, str(error)[:120]) from error
    return content


def _damaged(path: Path, problem: str) -> ArtefactError:
    return ArtefactError(f"{path} is damaged: {problem}", fix=MAKE_AGAIN)
