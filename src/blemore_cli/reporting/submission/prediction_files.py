"""Prediction files in CSV, challenge JSON or zip, read strictly and aligned with labels.

The organisers' code accepts much that costs a participant points without a word; here it is refused, and the message
says what that code would have done.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError, SubmissionError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.core.types import Ints
from blemore_cli.data.metadata.cell_spellings import uniform_labels
from blemore_cli.data.metadata.clip_names import clip_name, is_clip_name
from blemore_cli.data.metadata.csv_table import read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.reporting.submission.challenge_json import parse_challenge_json

MAX_BYTES: Final = 50_000_000
"""More than any prediction file holds; it bounds what a zip can unpack to."""

_BROKEN_ZIP: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def read_predictions(path: Path) -> dict[str, int]:
    """Reads predicted labels from a CSV, a challenge JSON, or a zip that holds one, by the suffix of the file.

    A CSV has the columns `filename` and `label_columns.LABEL_COLUMNS`; others, as in a run's `oof.csv`, are left
    alone. Clip names lose directory and media suffix, so that `test_0001` and `test_0001.mov` are one clip.

    Returns:
        Position in `labels.LABELS` of each clip, in the order of the file.

    Raises:
        SubmissionError: If the file cannot be read, repeats a clip, or holds anything but permitted labels.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise SubmissionError(
            f"{path}: a prediction file must end in {', '.join(_READERS)}, got {path.suffix or 'no suffix'!r}",
            fix="Rename or convert the file.",
        )
    return read(path)


def match(truth: Mapping[str, int], predicted: Mapping[str, int], path: Path) -> tuple[Ints, Ints]:
    """Aligns predictions with labels, requiring that they cover exactly the same clips.

    Returns:
        (N,) true and (N,) predicted labels, in the order of `truth`.

    Raises:
        SubmissionError: If clips are missing or unknown.
    """
    missing = [name for name in truth if name not in predicted]
    unknown = [name for name in predicted if name not in truth]
    fix = (
        "Check that predictions and labels are of the same clips, for example with --truth CSV."
        if missing and unknown
        else "Give predictions of exactly the labelled clips, or the labels of the predicted ones with --truth CSV."
    )
    if missing:
        raise SubmissionError(
            f"{path}: must predict all {len(truth)} labelled clips, got none for {len(missing)}: {listed(missing)}; "
            "the organisers' code would leave them out of the average without a word",
            fix=fix,
        )
    if unknown:
        raise SubmissionError(
            f"{path}: must predict the {len(truth)} labelled clips only, got {len(unknown)} others: {listed(unknown)}; "
            "the organisers' code would stop at the first",
            fix=fix,
        )
    return (
        np.fromiter(truth.values(), dtype=np.int64, count=len(truth)),
        np.fromiter((predicted[name] for name in truth), dtype=np.int64, count=len(truth)),
    )


def _read_csv(path: Path) -> dict[str, int]:
    _content(path)
    try:
        frame = read_table(path, ("filename", *LABEL_COLUMNS))
        _check_repeats(frame["filename"], path)
        labels = labels_of_frame(uniform_labels(frame, of_truth=False)[0], path)
    except DataError as error:
        raise SubmissionError(error.message, fix=error.fix) from error
    return dict(zip(map(clip_name, frame["filename"]), labels.tolist(), strict=True))


def _read_json(path: Path) -> dict[str, int]:
    return _by_clip(parse_challenge_json(_content(path), path), path)


def _read_zip(path: Path) -> dict[str, int]:
    try:
        with zipfile.ZipFile(io.BytesIO(_content(path))) as archive:
            member = _only_member(archive, path)
            with archive.open(member) as file:
                content = file.read(MAX_BYTES)  # bounded, because a hostile header can understate the size
    except _BROKEN_ZIP as error:
        raise SubmissionError(f"{path}: must be a zip: {error}", fix="Zip the one JSON file again.") from None
    return _by_clip(parse_challenge_json(content, path / member.filename), path)


_READERS: Final[Mapping[str, Callable[[Path], dict[str, int]]]] = {
    ".csv": _read_csv,
    ".json": _read_json,
    ".zip": _read_zip,
}


def _content(path: Path) -> bytes:
    content = read_bytes(path, "prediction file", SubmissionError, limit=MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SubmissionError(
            f"{path}: must be at most {MAX_BYTES:,} bytes, got more", fix="Check that this is the prediction file."
        )
    return content


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = archive.infolist()
    names = [ascii(member.filename)[1:-1] for member in members]
    if len(members) != 1:
        raise SubmissionError(
            f"{path}: must hold exactly one file, got {len(members)}: {listed(names) or 'none'}",
            fix="Zip the JSON file alone, without its folder and without system files.",
        )
    member = members[0]
    if not (is_clip_name(member.filename) and member.filename.lower().endswith(".json")):
        raise SubmissionError(
            f"{path}: must hold one .json file at its top, got {names[0]}", fix="Zip the JSON file without a folder."
        )
    if member.file_size > MAX_BYTES:
        raise SubmissionError(
            f"{path}: {names[0]} must be at most {MAX_BYTES:,} bytes, got {member.file_size:,}",
            fix="Check that this is the submission.",
        )
    return member


def _by_clip(labels: Mapping[str, int], path: Path) -> dict[str, int]:
    _check_repeats(labels, path)
    return {clip_name(name): label for name, label in labels.items()}


def _check_repeats(names: Iterable[str], path: Path) -> None:
    repeated = [name for name, count in Counter(map(clip_name, names)).items() if count > 1]
    if repeated:
        raise SubmissionError(
            f"{path}: a clip must be predicted once, got {len(repeated)} clips more than once: {listed(repeated)}; "
            "the organisers' code would silently take the last",
            fix="Keep one row a clip. The test.csv of a run has a row for each fold model: average them with "
            "`blemore submit`; rows of several seeds are scored in the run's metrics.json.",
        )
