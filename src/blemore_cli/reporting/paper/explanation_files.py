"""Files of an explanation: JSON, tables in CSV and LaTeX, and the figures."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from matplotlib.figure import Figure

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.errors import ArtefactError, UsageError, listed
from blemore_cli.core.files import read_bytes, write_json, write_text
from blemore_cli.core.overwriting import ProjectInputs, check_not_read, check_writable_place
from blemore_cli.experiments.runs.artefact import CHECKSUMS
from blemore_cli.experiments.runs.explanation_file import EXPLANATION, ClipSelections, Explanation
from blemore_cli.reporting.paper.deletion_figure import draw_compute, draw_removal
from blemore_cli.reporting.paper.predictors_figure import draw_predictors
from blemore_cli.reporting.paper.selection_figure import draw_selection
from blemore_cli.reporting.paper.style import FORMATS, paper_style, save_figure
from blemore_cli.reporting.tables.explanation import (
    clips_csv,
    compute_csv,
    explanation_latex,
    removal_csv,
    selection_csv,
)
from blemore_cli.reporting.tables.predictors import predictors_csv

KEYS: Final = {"run", "encoders", "verdict"}
"""What every version of an explanation says."""

TEXTS: Final = ("selection.csv", "removal.csv", "compute.csv", "clips.csv", "explain.tex")
FIGURES: Final = ("selection", "removal", "compute")
PREDICTORS: Final = ("predictors.csv", *(f"predictors.{suffix}" for suffix in FORMATS))
"""The files of predictors, where they were asked for."""

NAMES: Final = (
    EXPLANATION.name,
    CHECKSUMS,
    *TEXTS,
    *(f"{figure}.{suffix}" for figure in FIGURES for suffix in FORMATS),
    *PREDICTORS,
)
"""The files of an explanation."""


def check_explanation_folder(folder: Path, inputs: ProjectInputs) -> None:
    """Refuses a folder, before any work, if the files of an explanation would take the place of others.

    Raises:
        UsageError: If the project reads one of them, or they are there and are no explanation.
    """
    for name in NAMES:
        check_not_read(folder / name, inputs)
        check_writable_place(folder / name)
    taken = [name for name in NAMES if os.path.lexists(folder / name)]
    if taken and not _is_explanation(folder / EXPLANATION.name):
        raise UsageError(
            f"{folder} must hold an explanation to be replaced by one, got other files named {listed(taken)}",
            fix="Name another --out, or move them.",
        )


def _is_explanation(path: Path) -> bool:
    """Whether a file is an explanation of this or another version."""
    try:
        content = json.loads(read_bytes(path, "explanation", ArtefactError))
    except (ArtefactError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.keys() >= KEYS


def write_explanation(explanation: Explanation, clips: ClipSelections, folder: Path) -> list[Path]:
    """Writes `explain.json`, four CSV tables, `explain.tex`, the figures as PDF, SVG and PNG, and their checksums.

    The figures are `selection`, `compute`, `removal` where there are deletion curves, and `predictors` where these were
    measured; else files of predictors that were there before are removed.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    texts = (
        selection_csv(explanation),
        removal_csv(explanation),
        compute_csv(explanation),
        clips_csv(clips, explanation.encoders),
        explanation_latex(explanation),
    )
    named = dict(zip(TEXTS, texts, strict=True))
    if explanation.predictors is not None:
        named[PREDICTORS[0]] = predictors_csv(explanation.predictors)
    for name in (CHECKSUMS, *PREDICTORS):  # of an explanation before, until these files are whole
        (folder / name).unlink(missing_ok=True)
    write_json(folder / EXPLANATION.name, explanation.as_json())
    paths = [folder / EXPLANATION.name]
    for name, text in named.items():
        write_text(folder / name, text)
        paths.append(folder / name)
    with paper_style():
        for name, title, figure in _figures(explanation):
            paths += save_figure(figure, folder, name, title=title)
    write_checksums(folder / CHECKSUMS, [path.name for path in paths])
    return paths


def _figures(explanation: Explanation) -> Iterator[tuple[str, str, Figure]]:
    """Name, title and figure."""
    run, curves = explanation.run, explanation.deletion
    yield "selection", f"How often {run} keeps each encoder, by emotion set", draw_selection(explanation)
    if curves is not None:
        yield "removal", f"Predictions of {run} as encoders are removed", draw_removal(curves)
    yield "compute", f"Score of {run} against the encoders that must be extracted", draw_compute(explanation)
    if explanation.predictors is not None:
        yield "predictors", f"Columns that carry the predictions of {run}", draw_predictors(explanation.predictors)
