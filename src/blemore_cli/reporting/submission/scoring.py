"""Scores of a prediction file against labels, and against the answer of planted data."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from blemore_cli.core.errors import UsageError
from blemore_cli.data.metadata.cell_spellings import uniform_labels
from blemore_cli.data.metadata.clip_names import clip_name
from blemore_cli.data.metadata.csv_table import check_rows, read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.data.metadata.name_conflicts import check_names
from blemore_cli.evaluation.scoring.metrics import Scores, official_scores
from blemore_cli.evaluation.scoring.score_summary import LabelScores, per_label_table
from blemore_cli.experiments.runs.explanation_file import read_explanation
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.submission.prediction_files import match, read_predictions


@dataclass(frozen=True)
class FileScores:
    """Scores of a prediction file: number of clips, the official figures, and those of each true label.

    Attributes:
        notes: What was guessed in the labels.
    """

    n: int
    scores: Scores
    labels: list[LabelScores]
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The keys of the contract, and the table."""
        return {"n": self.n, **asdict(self.scores), "labels": [asdict(row) for row in self.labels]}


def score_file(predictions: Path, truth: Path | None, *, allow_name_conflicts: bool = False) -> FileScores:
    """Scores a CSV, challenge JSON or zip against the labels of a CSV in the metadata's format.

    The labels may contradict the clips' names if this is allowed; the organisers' code reads them from the names.

    Raises:
        UsageError: If no truth is given.
        DataError: If the truth breaks a rule.
        SubmissionError: If the predictions break a rule, or do not cover exactly the clips of the truth.
    """
    if truth is None:
        raise UsageError("labels are needed to compare with", fix="Give --truth CSV, or data.train_metadata.")
    labels, notes = read_truth(truth, allow_name_conflicts=allow_name_conflicts)
    label, predicted = match(labels, read_predictions(predictions), predictions)
    return FileScores(len(label), official_scores(label, predicted), per_label_table(label, predicted[None]), notes)


def read_truth(path: Path, *, allow_name_conflicts: bool = False) -> tuple[dict[str, int], list[str]]:
    """Reads the labels of a CSV in the metadata's format: clip name to position in `labels.LABELS`; and notes on them.

    Raises:
        DataError: If a label breaks a rule or contradicts the clip's name, or a clip comes twice.
    """
    frame, notes = uniform_labels(read_table(path, ("filename", *LABEL_COLUMNS)))
    names = frame["filename"].map(clip_name)
    once = ~names.duplicated()
    check_rows(frame, path, once, "a clip must have one row", actual=names, fix="Remove the repeated rows.")
    label = labels_of_frame(frame, path)
    if not allow_name_conflicts:
        check_names(frame.assign(clip=names), path, pd.Series("", index=frame.index), label)
    return dict(zip(names, label.tolist(), strict=True)), [f"{path.name}: {note}" for note in notes]


def planted_answer(folder: Path, run: RunFolder) -> dict[str, float]:
    """Scores a submission against the planted labels, with the gate precision that `blemore explain` measured.

    Args:
        folder: The planted project, with its submission in `preds.csv`.
        run: The run that was submitted, explained.

    Returns:
        Official figures of the submission on the test clips; `precision`, the share of the selected encoders that carry
        the label out of fold, in [0, 1]; `estimate`, gate precision as measured without the answer; `chance`, that
        share for a selection that ignores the clip; and `test_precision`, the share on the test clips.
    """
    answer = asdict(score_file(folder / "preds.csv", folder / "planted" / "test_labels.csv").scores)
    explanation = read_explanation(run.path)
    if explanation and explanation.planted:
        answer |= {"precision": explanation.planted.precision, "estimate": explanation.agreement.precision}
        answer |= {"chance": explanation.planted.chance}
        if explanation.planted.test_precision is not None:
            answer |= {"test_precision": explanation.planted.test_precision}
    return answer
