"""Summary of an extraction: counts for each encoder, and a table of all failures."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blemore_cli.core.choices import Modality
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_text
from blemore_cli.data.extracted import FAILURES_TABLE
from blemore_cli.data.metadata.spreadsheet import harmless
from blemore_cli.extraction.encoders.families import EncoderSpec
from blemore_cli.extraction.manifest import ClipRecord, Manifest, extracted_encoders, features_file


@dataclass(frozen=True)
class EncoderSummary:
    """Counts of one encoder.

    Attributes:
        done: Clips with features.
        failed: Clips without.
        width: Columns D; 0 where no clip is done.
        modality: Modality of the encoder.
        rows: Rows of all clips.
        lost: Share of frames without a face, in [0, 1].
        damaged: Clips whose media are damaged in part.
        reason: The most frequent reason of failure.
    """

    done: int
    failed: int
    width: int
    modality: Modality
    rows: int
    lost: float
    damaged: int
    reason: str


def summaries(
    specs: Sequence[EncoderSpec], manifests: Mapping[str, Manifest], clips: Sequence[str]
) -> dict[str, EncoderSummary]:
    """The summary of each encoder over the clips of an extraction."""
    return {spec.name: _summary(spec, manifests[spec.name], clips) for spec in specs}


def _summary(spec: EncoderSpec, manifest: Manifest, clips: Sequence[str]) -> EncoderSummary:
    records = [manifest.records[clip] for clip in clips if clip in manifest.records]
    done = [record for record in records if not record.failure]
    reasons = [record.failure for record in records if record.failure]
    n_frames = sum(record.frames for record in records)
    return EncoderSummary(
        done=len(done),
        failed=len(reasons),
        width=_width(manifest.folder, done),
        modality=spec.make().modality,
        rows=sum(record.rows for record in done),
        lost=sum(record.lost for record in records) / n_frames if n_frames else 0.0,
        damaged=sum(bool(record.damage) for record in records),
        reason=max(reasons, key=reasons.count, default=""),
    )


def _width(folder: Path, done: Sequence[ClipRecord]) -> int:
    if not done:
        return 0
    path = features_file(folder, done[0].clip)
    try:
        return int(np.load(path, mmap_mode="r", allow_pickle=False).shape[-1])
    except Exception as error:  # of the header, whose text NumPy parses as Python
        raise ArtefactError(
            f"{path} must be the features that were extracted, and is damaged",
            fix="Delete it and extract again; --check names all files that are not as they were written.",
        ) from error


def failures_among(manifests: Mapping[str, Manifest], clips: Sequence[str]) -> list[tuple[str, ClipRecord]]:
    """Encoder and record of each of these clips that an encoder has no features of."""
    return [
        (name, record)
        for name, manifest in manifests.items()
        for clip in clips
        if (record := manifest.records.get(clip)) and record.failure
    ]


def write_failures(folder: Path) -> None:
    """Writes the failures of all encoders, also of earlier commands, beside their folders; none, no file.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    path = folder / FAILURES_TABLE
    failures = [
        (record.clip, name, harmless(record.failure))
        for name, manifest in extracted_encoders(folder).items()
        for record in manifest.records.values()
        if record.failure
    ]
    if not failures:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["clip", "encoder", "failure"])
    writer.writerows(sorted(failures))
    write_text(path, text.getvalue())
