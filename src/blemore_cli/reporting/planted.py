"""How a run did on planted data, where the answer is known."""

from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli.experiments.explanation_file import read_explanation
from blemore_cli.experiments.run_dir import find_run
from blemore_cli.reporting.scoring import score_file


def planted_answer(folder: Path, runs: Path) -> dict[str, float]:
    """Scores the demo's submission and selections against the planted answer.

    Returns:
        Official figures of `preds.csv` on the test clips; `precision`, the share of selected encoders that carry the
        label, in [0, 1]; `chance`, that share for a selection that ignores the clip; and where the run was explained,
        `estimate`, what `blemore explain` says of that share without knowing the answer, from out-of-fold clips.
    """
    scores = score_file(folder / "preds.csv", folder / "planted" / "test_labels.csv").scores
    run = find_run(runs, None).path
    chosen = pd.read_csv(run / "gate_test.csv")
    informative = pd.read_csv(folder / "planted" / "informative.csv").set_index("filename")
    encoders = [name for name in chosen.columns if name in informative.columns]
    kept = chosen[encoders].to_numpy() > 0
    truth = informative.loc[chosen["filename"], encoders].to_numpy() > 0
    explanation = read_explanation(run)
    agreed = explanation.agreement if explanation else None
    return {
        "presence": scores.presence,
        "salience": scores.salience,
        "score": scores.score,
        "precision": float(np.mean(truth[kept])),
        "chance": float(np.mean(truth)),
        **({"estimate": agreed.precision} if agreed else {}),
    }
