"""Terminal views of a late fusion: weights of the runs, and its gain over them."""

from rich.console import RenderableType

from blemore_cli.cli.console import table
from blemore_cli.evaluation.late_fusion import LateFusion
from blemore_cli.experiments.inference.submission import Submission
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    protocol_text,
    transductive_notes,
)


def fusion_views(submission: Submission) -> list[RenderableType]:
    """The runs with their weights, and the gain of the fusion, for 80 columns; none for a single run."""
    fusion, settings = submission.fusion, submission.transduction
    if fusion is None:
        return []
    rows = [[name, f"{weight:.2f}", accuracy_text(fusion.alone[name])] for name, weight in fusion.weights.items()]
    rows.append(["fusion, weights from the other folds", "", accuracy_text(fusion.oof.score)])
    title = ["\nlate fusion: weights of the submission, out-of-fold Score", protocol_text(submission.protocol)]
    title += transductive_notes(settings["standardize"], settings["match_prior"])
    return [table("\n".join(title), "run", "weight", "Score", rows=rows), _gain_view(fusion)]


def _gain_view(fusion: LateFusion) -> RenderableType:
    best, equal = fusion.gain, fusion.gain_over_equal
    rows = [
        [against, difference_text(gain.difference), difference_interval_text(gain.ci95)]
        for against, gain in ((f"{best.against}, the best run alone", best), (equal.against, equal))
    ]
    return table("\nScore of the fusion minus that of; interval over actors", "", "gain", "95 % CI", rows=rows)
