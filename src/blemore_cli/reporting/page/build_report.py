"""Building of the HTML report from finished runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import UsageError
from blemore_cli.core.files import read_bytes, write_text
from blemore_cli.core.overwriting import ProjectInputs, check_output
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.data_checks.inspection import encoder_shifts
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun, all_models, read_run
from blemore_cli.experiments.runs.shift_file import for_test_clips, read_shared_shifts
from blemore_cli.reporting.page.clip_data import clip_data
from blemore_cli.reporting.page.clip_media import NO_MEDIA, PageMedia
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.facts import caveats, run_facts
from blemore_cli.reporting.page.figures.actor_figure import actor_figure
from blemore_cli.reporting.page.figures.confusion_figure import confusion_figure, salience_figure
from blemore_cli.reporting.page.figures.cost_figure import cost_figure
from blemore_cli.reporting.page.figures.deletion_figure import deletion_figure, explanation_notes
from blemore_cli.reporting.page.figures.difference_figure import difference_figure
from blemore_cli.reporting.page.figures.fold_figure import fold_figure
from blemore_cli.reporting.page.figures.predictors_figure import predictors_figure, predictors_table
from blemore_cli.reporting.page.figures.reliability_figure import reliability_figure
from blemore_cli.reporting.page.figures.score_figure import score_figure
from blemore_cli.reporting.page.figures.selection_figure import selection_figure
from blemore_cli.reporting.page.figures.shift_figure import shift_figure
from blemore_cli.reporting.page.figures.stress_figure import stress_figure, stress_table
from blemore_cli.reporting.page.figures.training_figure import training_figure
from blemore_cli.reporting.page.page import Page, Section, render
from blemore_cli.reporting.page.persons_table import persons_table
from blemore_cli.reporting.page.table import page_table
from blemore_cli.reporting.tables.column import of_part
from blemore_cli.reporting.tables.persons import NOTE, persons_sentence
from blemore_cli.reporting.tables.published import published_for
from blemore_cli.reporting.tables.reduction import REDUCTION, REDUCTION_NOTE, reduction_sentence
from blemore_cli.reporting.tables.scores import MODELS, PUBLISHED_SYSTEMS
from blemore_cli.reporting.tables.stress import LEGEND

Progress = Callable[[str, float, float], None]
Draw = Callable[[LoadedModel], PageFigure | None]

PER_MODEL: Final[dict[str, tuple[str, Draw, str]]] = {
    "selection": ("Selection of encoders", selection_figure, "one encoder, nothing to select"),
    "deletion": ("Deletion curves of the gate", deletion_figure, "no deletion curves; blemore explain adds them"),
    "cost": ("Extraction cost", cost_figure, "no curve of cost; blemore explain adds it"),
    "confusion": ("Confusion of emotion sets", confusion_figure, ""),
    "salience": ("Salience within right pairs", salience_figure, "no pair is right"),
    "reliability": ("Reliability of probabilities", reliability_figure, "blends have no probability of their own"),
    "training": ("Training", training_figure, "no held-out loss was recorded"),
    "folds": ("Folds and seeds", fold_figure, "one fold only"),
    "actors": ("Actors", actor_figure, ""),
}
"""Title of each section with a figure for the main model of every run, and the reason where there is none."""

GENERATOR: Final = b'<meta name="generator" content="blemore'
"""What every report has in its head."""

HEAD_BYTES: Final = 4096


@dataclass(frozen=True)
class Report:
    """A report that was written: its file and content; `browsed` names the models in the clip browser."""

    out: Path
    runs: tuple[str, ...]
    n_models: int
    n_figures: int
    browsed: tuple[str, ...]
    n_bytes: int


def write_report(
    runs: Sequence[RunFolder],
    index_path: Path,
    out: Path,
    *,
    shift: bool,
    progress: Progress,
    media: PageMedia = NO_MEDIA,
) -> Report:
    """Reads runs, computes what the page shows, and writes it in one piece.

    Args:
        runs: Finished runs.
        index_path: The index, which knows the truth.
        out: The file.
        shift: Whether to measure the shift of encoders where no run has done it.
        progress: Called with the name of a step, how much of it is done, and how much there is.
        media: Media that the clip browser plays.

    Raises:
        ArtefactError: If an artefact is missing or damaged, or `out` cannot be written.
    """
    index = read_index(index_path)
    loaded = []
    for done, run in enumerate(runs, 1):
        loaded.append(read_run(run, index))
        progress("runs", done, len(runs))
    measured = next((run.shifts for run in loaded if set(run.shifts) == set(index.encoders)), {})
    shifts = measured or (_shifts(loaded, index, progress) if shift else {})
    page = build_page(loaded, index, shifts=shifts, media=media)
    text = render(page)
    write_text(out, text)
    models = all_models(loaded)
    names = tuple(run.name for run in runs)
    return Report(out, names, len(models), page.n_figures, page.clips.shown, len(text.encode()))


def check_out(out: Path, inputs: ProjectInputs) -> None:
    """Refuses a file name that a browser would not take for a page, and a file that is no report.

    Raises:
        UsageError: If the suffix is another one, the project reads the file, or a file of another kind is there.
    """
    if out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"a report is an .html file, got {out.name!r}", fix="Choose another --out.")
    check_output(out, inputs, kind="a report", why_not=_instead_of_report)


def _instead_of_report(path: Path) -> str:
    start = read_bytes(path, "page", UsageError, limit=HEAD_BYTES)
    if GENERATOR in start:
        return ""
    return "a page of another program" if b"<html" in start.lower() else "another file"


def build_page(
    runs: Sequence[LoadedRun], index: Index, *, shifts: Mapping[str, Shift], media: PageMedia = NO_MEDIA
) -> Page:
    """Computes the content of the page about one run or more; `shifts` is empty where unknown."""
    published = published_for(index.clips)
    models, ablations = all_models(runs), [run.ablation for run in runs if run.ablation]
    differences = [figure for ablation in ablations if (figure := difference_figure(ablation))]
    shift = shift_figure(shifts, runs[0].main)
    sections = [
        Section("scores", "Scores", [score_figure(models, published)], []),
        *([Section("arms", "Arms and tests", differences, [])] if ablations else []),
        *(_section(key, *how, runs) for key, how in PER_MODEL.items()),
        *_predictors_section([run.main for run in runs]),
        *_stress_section(runs),
        *_persons_section(models),
        *_reduction_section([run.main for run in runs]),
        Section("shift", "Shift of encoders", [shift] if shift else [], [] if shift else [_no_shift(shifts)]),
    ]
    by_importance = [run.main for run in runs] + [model for run in runs for model in run.models[1:]]
    return Page(
        title=f"blemore: {', '.join(run.run.name for run in runs)}",
        runs=[run_facts(run) for run in runs],
        caveats=caveats(runs, index.sha256),
        scores=page_table(MODELS, models, of=lambda model: model.run),
        published=page_table(PUBLISHED_SYSTEMS, published),
        ablations=ablations,
        sections=sections,
        clips=clip_data(index.clips, by_importance, media=media),
        media=media,
    )


def _no_shift(shifts: Mapping[str, Shift]) -> str:
    return "The shift is unknown: too few clips." if shifts else "The shift was not measured."


def _section(key: str, title: str, draw: Draw, why_not: str, runs: Sequence[LoadedRun]) -> Section:
    drawn = [(run.main, draw(run.main)) for run in runs]
    figures = [replace(figure, of=model.run, heading=model.name) for model, figure in drawn if figure]
    missing = [model.name for model, figure in drawn if figure is None]
    notes = [f"{', '.join(missing)}: {why_not}."] if missing else []
    verdicts = explanation_notes([run.main for run in runs]) if key == "deletion" else []
    return Section(key, title, figures, [*verdicts, *notes])


def _predictors_section(models: Sequence[LoadedModel]) -> list[Section]:
    """A section where the predictors of any model were measured."""
    figures = [figure for model in models if (figure := predictors_figure(model))]
    if not figures:
        return []
    note = "Log loss, Score: change where the group is shuffled; alone: Score that it adds where all else is"
    return [Section("predictors", "Columns that carry the prediction", figures, [], (predictors_table(models), note))]


def _stress_section(runs: Sequence[LoadedRun]) -> list[Section]:
    """A section where any run was put to a stress test."""
    stressed = [run.stress for run in runs if run.stress]
    if not stressed:
        return []
    sentences = [f"{sentence}." for stress in stressed for sentence in stress.sentences]
    table = stress_table(stressed), f"{LEGEND[:1].upper()}{LEGEND[1:]}"
    return [Section("stress", "Failing encoders", list(map(stress_figure, stressed)), sentences, table)]


def _persons_section(models: Sequence[LoadedModel]) -> list[Section]:
    """A section where any model reads features within persons: what errors in these cost, or that it is unknown."""
    reading = [model for model in models if model.config.train.standardize == "person"]
    if not reading:
        return []
    costs = [model.persons for model in reading if model.persons]
    unknown = [model.name for model in reading if not model.persons]
    track = "A track of its own, transductive: a clip's features depend on all clips of its person."
    measure = "not measured what errors in the persons cost; `blemore identify --encoder NAME --cost-of RUN` does"
    notes = [f"{persons_sentence(cost)}." for cost in costs]
    notes += [f"{', '.join(unknown)}: {measure}."] if unknown else []
    table = (persons_table(costs), NOTE) if costs else None
    return [Section("persons", "Persons", [], [track, *notes], table)]


def _reduction_section(models: Sequence[LoadedModel]) -> list[Section]:
    """A section where components may have been read of an encoder of any model."""
    reports = [(model, model.metrics.reduction) for model in models if model.metrics.reduction]
    if not reports:
        return []
    notes = [f"{model.name}: {reduction_sentence(report)}." for model, report in reports]
    rows = [(model.run, row) for model, report in reports if report for row in report.encoders.items()]
    table = page_table(of_part(lambda row: row[1], REDUCTION), rows, of=lambda row: row[0])
    return [Section("reduction", "Columns read of wide encoders", [], notes, (table, REDUCTION_NOTE))]


def _shifts(runs: Sequence[LoadedRun], index: Index, progress: Progress) -> Mapping[str, Shift]:
    """The shift of all encoders, measured now where no run beside these has; nothing without test clips."""
    if not index.clips.is_test.any():
        return {}
    known = for_test_clips(read_shared_shifts(runs[0].run.path.parent, index))
    return encoder_shifts(index, known, progress=lambda done, total: progress("shift", done, total))
