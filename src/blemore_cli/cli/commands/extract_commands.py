"""`blemore extract`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.console import table
from blemore_cli.cli.options.extract_options import ExtractOptions
from blemore_cli.core.errors import DataError, UsageError, listed

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config
    from blemore_cli.extraction.encoders.families import EncoderSpec
    from blemore_cli.extraction.manifest import ClipRecord
    from blemore_cli.extraction.summary import EncoderSummary


def extract(
    session: Session,
    options: ExtractOptions,
    check: Annotated[bool, typer.Option("--check", help="Read all features again and compare checksums.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="Show the encoders, and which are installed.")] = False,
) -> None:
    """Turn video and sound files into folders of features, with encoders whose weights are on this machine."""
    if show_list:
        _show_encoders(session)
        return
    config = session.config(options.changes)
    if check:
        _check(session, config, options)
        return
    specs = _specs(config, options)
    from blemore_cli.extraction.device import resolved_device
    from blemore_cli.extraction.extract import ExtractionPlan, extract_all
    from blemore_cli.extraction.media.files import find_media
    from blemore_cli.extraction.summary import failures_among, summaries, write_failures

    media = find_media(config.extract.media, _clips_of_metadata(config))
    session.output.notes(media.notes)
    device = resolved_device(config.extract.device)
    jobs = 1 if device != "cpu" else config.extract.jobs
    _note_licences(session, specs, config.extract.out)
    plan = ExtractionPlan(media.clips, specs, config.extract.out, device, jobs, options.retry_failed)
    with session.output.progress() as progress:
        extraction = extract_all(plan, progress=progress)
    write_failures(plan.out)
    clips = [each.clip for each in media.clips]
    failures = failures_among(extraction.manifests, clips)
    counts = summaries(specs, extraction.manifests, clips)
    session.output.notes(_reasons(counts))
    session.output.result(
        {"out": str(plan.out), "clips": len(clips), "encoders": {name: asdict(each) for name, each in counts.items()}},
        _counts(plan.out, len(clips), counts),
        next_step=_indexing(session, plan.out, is_masked=bool(failures)),
    )
    _report_failures(plan.out, failures)


def _indexing(session: Session, out: Path, *, is_masked: bool) -> str:
    return session.next_step("index", str(out), *(["--missing", "mask"] if is_masked else []))


def _reasons(counts: Mapping[str, "EncoderSummary"]) -> list[str]:
    return [
        f"encoder {name}: clips failed: {each.failed}, most often because: {each.reason}"
        for name, each in counts.items()
        if each.failed
    ]


def _report_failures(out: Path, failures: list[tuple[str, "ClipRecord"]]) -> None:
    from blemore_cli.data.extracted import FAILURES_TABLE

    if failures:
        name, record = failures[0]
        raise DataError(
            f"every clip must have features of every encoder, and {len(failures)} failed, such as {record.clip} by "
            f"{name}: {record.failure}",
            fix=f"See {out / FAILURES_TABLE}; mend the media and run again with --retry-failed, or go on without them.",
        )


def _clips_of_metadata(config: "Config") -> list[str] | None:
    """The names of the clips of the project's metadata; none where it has no metadata."""
    from blemore_cli.data.metadata.clips import Allowances, read_clips

    train, test = config.data.train_metadata, config.data.test_metadata
    if train is None and test is None:
        return None
    anything = Allowances(True, True)  # labels and folds play no part in extraction
    return list(read_clips(train, test, allowed=anything).filename.tolist())


def _specs(config: "Config", options: ExtractOptions) -> list["EncoderSpec"]:
    from blemore_cli.extraction.encoders.families import spec_of

    given = options.folders_by_name
    if not given and not config.extract.encoders:
        raise UsageError(
            "at least one encoder is needed, got none",
            fix="Give --encoder NAME, or extract.encoders in blemore.yaml; `blemore extract --list` shows them.",
        )
    chosen: Mapping[str, Mapping[str, Any]] = config.extract.encoders
    if given:
        chosen = {
            name: {**config.extract.encoders.get(name, {}), **({"model": folder} if folder else {})}
            for name, folder in given.items()
        }
    return [_with_fps(spec_of(name, settings), options.fps) for name, settings in chosen.items()]


def _with_fps(spec: "EncoderSpec", fps: float | None) -> "EncoderSpec":
    from blemore_cli.extraction.encoders.base import FrameEncoder
    from blemore_cli.extraction.encoders.families import spec_of

    if fps is None or not isinstance(spec.make(), FrameEncoder):
        return spec
    return spec_of(spec.name, {**dict(spec.options), "fps": fps})


def _note_licences(session: Session, specs: list["EncoderSpec"], out: Path) -> None:
    """States the licence of every encoder that is used here for the first time."""
    from blemore_cli.extraction.manifest import RECIPE_FILE

    for spec in specs:
        if not (out / spec.name / RECIPE_FILE).is_file():
            session.output.note(f"encoder {spec.name}: licence of library and weights: {spec.make().licence}")


def _check(session: Session, config: "Config", options: ExtractOptions) -> None:
    from blemore_cli.extraction.manifest import extracted_encoders

    manifests, names = extracted_encoders(config.extract.out), list(options.folders_by_name)
    unknown = [name for name in names if name not in manifests]
    if unknown or not manifests:
        raise DataError(
            f"{config.extract.out} must have features that `blemore extract` made"
            f"{f' of {listed(unknown)}' if names else ''}, and has {listed(list(manifests)) or 'none'}",
            fix="Check --out, or extract them first.",
        )
    damaged = {name: manifests[name].damaged() for name in names or manifests}
    rows = [[name, str(len(clips)), ", ".join(clips[:5])] for name, clips in damaged.items()]
    view = table(
        f"{config.extract.out}: files that are not as they were written", "encoder", "clips", "such as", rows=rows
    )
    session.output.result({"out": str(config.extract.out), "damaged": damaged}, view)
    if n_damaged := sum(map(len, damaged.values())):
        raise DataError(
            f"files of features must be as they were written, and {n_damaged} are not",
            fix="Delete them, and run `blemore extract` again.",
        )


def _show_encoders(session: Session) -> None:
    from blemore_cli.extraction.catalogue import catalogue

    entries = catalogue()
    rows = [
        [each.name, each.modality, each.width, "yes" if each.is_installed else each.install, each.licence]
        for each in entries
    ]
    view = table("encoders", "name", "modality", "width", "installed", "licence", rows=rows)
    session.output.result({"encoders": {each.name: asdict(each) for each in entries}}, view)


def _counts(out: Path, n_clips: int, counts: Mapping[str, "EncoderSummary"]) -> Any:
    rows = [
        [
            name,
            each.modality,
            str(each.width or "-"),
            str(each.done),
            str(each.failed),
            f"{each.rows / each.done:.0f}" if each.done else "-",
            f"{each.lost:.0%}" if each.lost else "-",
            str(each.damaged or "-"),
        ]
        for name, each in counts.items()
    ]
    heads = (
        "encoder",
        "modality",
        "width",
        "done",
        "failed",
        "rows/clip",
        "no face",
        "damaged",
    )
    return table(f"{out}: features of {n_clips} clips", *heads, rows=rows)
