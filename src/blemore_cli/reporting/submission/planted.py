"""How a run did on planted data, where the answer is known."""

from pathlib import Path

from blemore_cli.experiments.runs.explanation_file import read_explanation
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.submission.scoring import score_file


def planted_answer(folder: Path, run: RunFolder) -> dict[str, float]:
    """Scores a submission against the planted labels, and gives what `blemore explain` found of the run's selections.

    Args:
        folder: The planted project, with its submission in `preds.csv`.
        run: The run that was submitted, explained.

    Returns:
        Official figures of the submission on the test clips; then `precision`, the share of the selected encoders that
        carry the label out of fold, in [0, 1], `estimate`, what is said of it without the answer, `chance`, that share
        for a selection that ignores the clip, and `test_precision`, the share on the test clips.
    """
    scores = score_file(folder / "preds.csv", folder / "planted" / "test_labels.csv").scores
    found = read_explanation(run.path)
    answer = {"presence": scores.presence, "salience": scores.salience, "score": scores.score}
    if found and found.planted:
        answer |= {"precision": found.planted.precision, "estimate": found.agreement.precision}
        answer |= {"chance": found.planted.chance}
        if found.planted.test_precision is not None:
            answer |= {"test_precision": found.planted.test_precision}
    return answer
