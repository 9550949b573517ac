"""Is my own model better than this run? A paired comparison on the same clips and folds.

Usage: python compare_own_model.py PROJECT RUN, where RUN is a finished run of `blemore train` or `blemore cv`.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import blemore_cli as blemore


def own_predictions(index: blemore.Index, encoder: str) -> NDArray[np.int64]:
    """Your model: (N,) labels of the N training clips, each predicted without its fold. Here one encoder, linear."""
    rows = np.flatnonzero(~index.clips.is_test)
    clips, features = index.clips.take(rows), index.features(encoder)[rows]
    features = np.where(np.isnan(features), np.nanmean(features, axis=0), features)  # clips that it lacks
    prob = np.zeros((len(rows), blemore.N_LABELS))
    predicted = np.zeros(len(rows), dtype=np.int64)
    for fold in np.unique(clips.fold):
        train, held_out = clips.fold != fold, clips.fold == fold
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
        model.fit(features[train], clips.label[train])
        prob[np.ix_(held_out, model.classes_)] = model.predict_proba(features[held_out])
        share = float(blemore.IS_BLEND[clips.label[train]].mean())
        predicted[held_out] = blemore.decode_expected_score(prob[held_out], blend_share=share)
    return predicted


def main(project: Path, run: str | None) -> None:
    """Prints both Scores, and the difference with its interval over actors and its p-value."""
    config, _ = blemore.load_config(project / "blemore.yaml")
    index = blemore.read_index(config.data.index)
    theirs = blemore.read_run(blemore.find_run(config.runs, run), index).main
    mine = own_predictions(index, encoder=theirs.encoders[0])
    score = blemore.official_scores(theirs.clips.label, mine).score
    print(f"{theirs.name}: {theirs.metrics.oof.score:.3f}; mine: {score:.3f}")

    # Both need the same seeds; a model without a seed of its own predicts the same for each.
    arms = {"run": theirs.predicted, "mine": np.tile(mine, (len(theirs.predicted), 1))}
    for test in blemore.compare_arms(theirs.clips, arms, "run", generator=np.random.default_rng(0)):
        if (test.metric, test.method) == ("score", "actor_bootstrap"):
            low, high = test.ci95
            print(f"difference {test.difference:+.3f}, 95 % CI {low:.3f} to {high:.3f}, p = {test.p_value:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."), sys.argv[2] if len(sys.argv) > 2 else None)
