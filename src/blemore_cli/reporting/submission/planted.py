"""Score and gate precision of a run on planted data, against the planted answer."""

from pathlib import Path

from blemore_cli.experiments.runs.explanation_file import read_explanation
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.reporting.submission.scoring import score_file


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
    scores = score_file(folder / "preds.csv", folder / "planted" / "test_labels.csv").scores
    explanation = read_explanation(run.path)
    answer = {"presence": scores.presence, "salience": scores.salience, "score": scores.score}
    if explanation and explanation.planted:
        answer |= {"precision": explanation.planted.precision, "estimate": explanation.agreement.precision}
        answer |= {"chance": explanation.planted.chance}
        if explanation.planted.test_precision is not None:
            answer |= {"test_precision": explanation.planted.test_precision}
    return answer
