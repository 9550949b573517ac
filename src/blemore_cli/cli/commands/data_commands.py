"""`blemore index` and `blemore inspect`."""

from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.console import table
from blemore_cli.cli.options.index_options import IndexOptions
from blemore_cli.cli.options.parsed_options import run_option
from blemore_cli.cli.options.stale_option import StaleOption
from blemore_cli.core.errors import DataError, listed

if TYPE_CHECKING:
    from blemore_cli.data.index.check import EncoderInfo
    from blemore_cli.data.index.file import Index

SHOWN_COLUMNS: Final = 6
"""Names of columns that a table shows of an encoder; `--json` has all."""


def index(session: Session, reading: IndexOptions) -> None:
    """Read feature files of any layout into one HDF5 index."""
    config = session.config(reading.changes)
    from blemore_cli.core.overwriting import check_not_read
    from blemore_cli.data.build import build_index
    from blemore_cli.data.features.search.passed_over import as_lines

    check_not_read(config.data.index, replace(session.inputs(config).without("index"), folders=()))
    with session.output.progress() as progress:
        report = build_index(config.data, progress=progress)
    session.output.notes([*report.notes, *as_lines(report.passed_over)])
    if report.reused:
        session.output.note(f"unchanged since the last time, not read again: {', '.join(report.reused)}")
    not_read = [{"path": str(entry.path), "because": entry.reason} for entry in report.passed_over]
    content, view = describe(report.index) | {"not_read": not_read}, _contents(report.index)
    session.output.result(content, view, next_step=_training_on(session, reading.out))


def _training_on(session: Session, index: Path | None) -> str:
    return session.next_step("train", "--top-n", "3", *(["--set", f"data.index={index}"] if index else []))


def inspect(
    session: Session,
    index_file: Annotated[
        Path | None, typer.Argument(help="Index.", show_default="that of the project", metavar="INDEX")
    ] = None,
    shift: Annotated[bool, typer.Option(help="Measure how far test features are from training features.")] = True,
    media: Annotated[
        list[Path] | None,
        typer.Option(help="Folder of the clips' media: draw those that `extract` had trouble with.", metavar="DIR"),
    ] = None,
    run: Annotated[
        str | None, run_option("Show what the models of this run read of wide encoders too.", default="")
    ] = None,
    stale: StaleOption = "error",
) -> None:
    """Show what an index holds: encoders, widths, gaps, labels, folds, and each encoder's train-against-test shift."""
    project = None if index_file else session.config().data
    path = project.index if project else Path(index_file or "")
    from blemore_cli.data.index.file import read_index
    from blemore_cli.evaluation.domain_shift.shift import shift_summary
    from blemore_cli.experiments.data_checks.inspection import encoder_shifts, fold_counts, set_counts
    from blemore_cli.experiments.runs.shift_file import for_test_clips, read_shared_shifts

    session.check_fresh(path, project, stale)
    index = read_index(path)
    content = {**describe(index), "labels": set_counts(index), "folds": fold_counts(index)}
    _add_values(content, index, None if index_file else session.config().runs)
    session.output.notes(content["notes"])
    if media:
        content["contact_sheet"] = _contact_sheet(session, media)
    renderables = [_contents(index), *_columns(index), _labels(content), _folds(content)]
    if run:
        content["reduction"], view = _reduction(session, run)
        renderables.append(view)
    if shift and index.clips.is_test.any():
        with session.output.progress() as progress:
            known = {} if index_file else for_test_clips(read_shared_shifts(session.config().runs, index))
            shifts = encoder_shifts(index, known, progress=lambda n, total: progress("shift", n, total))
        content["shift"] = {name: {**vars(each), "verdict": shift_summary(each)} for name, each in shifts.items()}
        renderables.append(_shifts(content["shift"]))
    session.output.result(content, *renderables, next_step=_training_on(session, index_file))


def _reduction(session: Session, name: str) -> tuple[dict[str, Any] | None, Any]:
    """What the models of a run, or of its reference where it has arms, read of wide encoders."""
    from blemore_cli.cli.views.crossval_views import reduction_view
    from blemore_cli.experiments.runs.ablation_file import read_ablation
    from blemore_cli.experiments.runs.find import find_run
    from blemore_cli.experiments.runs.folder import ARMS
    from blemore_cli.experiments.runs.metrics import read_metrics

    run = find_run(session.config().runs, name)
    if run.has_arms:
        run = find_run(session.config().runs, f"{name}/{ARMS}/{read_ablation(run).reference}")
    metrics = read_metrics(run)
    return metrics.reduction.as_json() if metrics.reduction else None, reduction_view(metrics)


def _contact_sheet(session: Session, media: list[Path]) -> str | None:
    """Draws the clips that the project's extraction had trouble with; the file, or none where there is no such clip."""
    from blemore_cli.data.extracted import FAILURES_SHEET
    from blemore_cli.extraction.contact_sheet import MOST_CLIPS, draw_contact_sheet, troubles
    from blemore_cli.extraction.manifest import extracted_encoders
    from blemore_cli.extraction.media.files import find_media

    out = session.config().extract.out
    manifests = extracted_encoders(out)
    if not manifests:
        raise DataError(
            f"{out} must have features that `blemore extract` made, and has none",
            fix="Extract them first, or leave --media out.",
        )
    shown = troubles(manifests)
    if not shown:
        session.output.note("extract had no trouble with any clip: no contact sheet")
        return None
    files = {each.clip: each for each in find_media(media, None).clips}
    path = out / FAILURES_SHEET
    draw_contact_sheet(shown, files, path)
    limit = f", the first {MOST_CLIPS} of them" if len(shown) > MOST_CLIPS else ""
    session.output.note(f"{path}: {len(shown)} clips with failures, damage or few faces{limit}")
    return str(path)


def _add_values(content: dict[str, Any], index: "Index", runs: Path | None) -> None:
    """Adds what the values of each encoder show, and notes on them; with the size of the cache among the runs."""
    from blemore_cli.data.features.degenerate import degenerate_notes, equal_encoders
    from blemore_cli.data.index.mapped_table import cache_bytes
    from blemore_cli.experiments.data_checks.gap_notes import index_gap_notes
    from blemore_cli.experiments.data_checks.inspection import degenerate_counts, nan_counts
    from blemore_cli.experiments.data_checks.prediction_notes import prediction_notes
    from blemore_cli.experiments.data_checks.reduction_notes import reduction_notes

    degenerate, n_nan = degenerate_counts(index), nan_counts(index)
    for name, info in index.encoders.items():
        content["encoders"][name] |= {"nan": n_nan[name], **degenerate[name].counts(), **_origin(info)}
    content["equal_encoders"] = equal_encoders(degenerate)
    content["metadata"] = index.metadata
    notes = [
        *prediction_notes(index),
        *degenerate_notes(degenerate),
        *index_gap_notes(index),
        *reduction_notes(index, runs),
    ]
    content["notes"] = notes
    if runs:
        content["cache_bytes"] = cache_bytes(runs)


def describe(index: "Index") -> dict[str, Any]:
    """The keys of the contract for an index."""
    encoders = {
        name: {"dim": each.dim, "modality": each.modality, "missing": each.n_missing}
        for name, each in index.encoders.items()
    }
    n_test = int(index.clips.is_test.sum())
    counts = {"train": len(index.clips) - n_test, "test": n_test}
    return {"index": str(index.path), **counts, "encoders": encoders, "sha256": index.sha256}


def _origin(encoder: "EncoderInfo") -> dict[str, Any]:
    """Where the features of an encoder come from, and what their columns are, as far as the index knows."""
    return {
        "sha256": encoder.sha256,
        "source": encoder.source,
        "aggregate": encoder.aggregate,
        "columns": list(encoder.columns),
    }


def _columns(index: "Index") -> list[Any]:
    """A table of the first columns of each encoder whose columns have names."""
    named = {name: list(each.columns) for name, each in index.encoders.items() if each.columns}
    rows = [[name, str(len(columns)), listed(columns, SHOWN_COLUMNS)] for name, columns in named.items()]
    return [table("\nnames of columns", "encoder", "columns", "names", rows=rows)] if rows else []


def _contents(index: "Index") -> Any:
    n_test = int(index.clips.is_test.sum())
    rows = [
        [name, str(each.dim), each.modality, each.aggregate, str(each.n_missing), _short(each.source)]
        for name, each in index.encoders.items()
    ]
    title = f"{index.path}: {len(index.clips) - n_test} training and {n_test} test clips, sha256 {index.sha256[:12]}"
    return table(title, "encoder", "width", "modality", "aggregate", "missing", "source", rows=rows)


def _short(source: str) -> str:
    """The names of a source's files or folders, without the folders that they lie in unless they have one name."""
    paths = [PurePath(path) for path in source.split(" + ")]
    names = list(dict.fromkeys(path.name for path in paths))
    return " + ".join(names if len(names) in {1, len(paths)} else source.split(" + "))


def _labels(content: dict[str, Any]) -> Any:
    rows = [[label, str(count)] for label, count in content["labels"].items()]
    return table("\ntraining clips of each emotion set", "emotions", "clips", rows=rows)


def _folds(content: dict[str, Any]) -> Any:
    rows = [[str(each["fold"]), str(each["clips"]), str(each["actors"])] for each in content["folds"]]
    return table("\nofficial folds", "fold", "clips", "actors", rows=rows)


def _shifts(shifts: dict[str, Any]) -> Any:
    rows = [
        [name, _two(each["auc"]), _range(each["null_low"], each["null_high"]), each["verdict"]]
        for name, each in shifts.items()
    ]
    title = (
        "\ntrain-against-test shift: AUC of telling test clips from training clips, actors held out\n"
        "models for the test clips leave out encoders that may collapse, unless adapt.shift says otherwise"
    )
    return table(title, "encoder", "AUC", "null 90 %", "verdict", rows=rows)


def _range(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{low:.2f}-{high:.2f}"


def _two(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
