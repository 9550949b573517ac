"""Writer of submissions as CSV, JSON or zip, which reads each back before it leaves it."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.errors import SubmissionError, UsageError, listed
from blemore_cli.core.files import read_bytes, replacing
from blemore_cli.core.labels import IS_BLEND, N_LABELS
from blemore_cli.core.overwriting import ProjectInputs, check_output
from blemore_cli.data.metadata.clip_names import clip_name, is_clip_name
from blemore_cli.data.metadata.csv_table import read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS
from blemore_cli.experiments.runs.tables import label_frame
from blemore_cli.reporting.submission.challenge_json import challenge_json, parse_challenge_json
from blemore_cli.reporting.submission.prediction_files import read_predictions

SUFFIXES: Final = (".csv", ".json", ".zip")
VIDEO_SUFFIX: Final = ".mov"


@dataclass(frozen=True)
class Summary:
    """A written submission: its file, and the numbers of clips, of singles and of blends predicted."""

    out: Path
    n: int
    singles: int
    blends: int


def check_suffix(path: Path) -> None:
    """Refuses a path whose suffix does not name a format, before any work is done.

    Raises:
        UsageError: If the suffix is not one of `SUFFIXES`.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"a submission must end in {', '.join(SUFFIXES)}, got {path}", fix="The suffix chooses the format."
        )


def check_submission_file(path: Path, inputs: ProjectInputs, template: Path | None) -> None:
    """Refuses a path before any work: by its suffix, and where something else than a submission would be lost.

    Args:
        path: The file to write.
        inputs: What the project reads.
        template: The organisers' template, which is no place for predictions.

    Raises:
        UsageError: If the suffix is unknown, the project reads the file, or a file of another kind is there.
    """
    check_suffix(path)
    inputs = inputs.with_file("template", template)
    check_output(path, inputs, kind="a submission", why_not=_instead_of_submission)


def _instead_of_submission(path: Path) -> str:
    """What a file is, where it is no submission."""
    try:
        read_predictions(path)
    except SubmissionError as error:
        return f"another file: {error.message.removeprefix(f'{path}: ')}"
    if path.suffix.lower() != ".csv":
        return ""
    columns = read_table(path).columns.tolist()
    return "" if columns == ["filename", *LABEL_COLUMNS] else f"a table of the columns {listed(columns, 9)}"


def write_submission(path: Path, predicted: Mapping[str, int], *, template: Path | None) -> Summary:
    """Writes predictions atomically; the suffix chooses the format.

    `.json` is the challenge's format, `.zip` the upload: a zip of that one file, the same bytes for the same
    predictions. Their names end in `.mov`. `.csv` has the metadata's columns and names.

    Args:
        path: The file to write.
        predicted: Position in `labels.LABELS` of each clip, named without extension.
        template: The organisers' template, whose names must be covered exactly and whose order is kept.

    Raises:
        UsageError: If the suffix is unknown.
        SubmissionError: If a label or name is not permitted, or the template is broken or of other clips.
        ArtefactError: If the file cannot be written.
    """
    check_suffix(path)
    _check_predictions(path, predicted)
    names = _template_names(template, predicted) if template else {f"{clip}{VIDEO_SUFFIX}": clip for clip in predicted}
    labels = {name: int(predicted[clip]) for name, clip in names.items()}
    content = _content(path, labels)
    with replacing(path) as temporary:
        temporary.write_bytes(content)
        if read_predictions(temporary) != {clip: int(label) for clip, label in predicted.items()}:
            raise SubmissionError(f"{path}: must read back as it was written, and does not", fix="Report this.")
    blends = int(IS_BLEND[list(labels.values())].sum())
    return Summary(out=path, n=len(labels), singles=len(labels) - blends, blends=blends)


def _check_predictions(path: Path, predicted: Mapping[str, int]) -> None:
    if not predicted:
        raise SubmissionError(f"{path}: a submission must predict at least one clip, got none", fix="Predict clips.")
    names = [ascii(name) for name in predicted if not is_clip_name(name) or clip_name(name) != name]
    if names:
        raise SubmissionError(
            f"{path}: clips must be named by plain file names without extension, got {listed(names)}",
            fix="Correct the clip names in the metadata.",
        )
    outside = [f"{label} for {name}" for name, label in predicted.items() if not 0 <= label < N_LABELS]
    if outside:
        raise SubmissionError(
            f"{path}: labels must be positions from 0 to {N_LABELS - 1}, got {listed(outside)}", fix="Predict again."
        )


def _template_names(template: Path, predicted: Mapping[str, int]) -> dict[str, str]:
    """Clip of each name of the template, in its order."""
    content = read_bytes(template, "template of the organisers", SubmissionError)
    names = {name: clip_name(name) for name in parse_challenge_json(content, template)}
    clips = set(names.values())
    missing = [clip for clip in names.values() if clip not in predicted]
    extra = [clip for clip in predicted if clip not in clips]
    if missing or extra or len(clips) < len(names):
        raise SubmissionError(
            f"{template}: predictions must cover exactly the {len(names)} names of the template, got none for "
            f"{len(missing)} ({listed(missing) or 'none'}) and {len(extra)} that it does not name "
            f"({listed(extra) or 'none'}); the organisers' code does not check this",
            fix="Index the test metadata that belongs to this template, or leave --template out.",
        )
    return names


def _content(path: Path, labels: Mapping[str, int]) -> bytes:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        frame = label_frame(np.array(list(labels.values()), dtype=np.int64))
        frame.insert(0, "filename", [clip_name(name) for name in labels])
        return frame.to_csv(index=False, lineterminator="\n").encode()
    text = challenge_json(labels).encode()
    return _zipped(f"{path.stem}.json", text) if suffix == ".zip" else text


def _zipped(name: str, content: bytes) -> bytes:
    """A zip of one file; dates are fixed and nothing is compressed, so that equal predictions give equal bytes."""
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3  # Unix, on every system
    member.external_attr = 0o100644 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(member, content)
    return buffer.getvalue()
