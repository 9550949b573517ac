"""Index, train, look at what the gate selects, and write a submission.

Usage: python index_train_submit.py PROJECT, where PROJECT holds a blemore.yaml (`blemore init`, `blemore demo`).
"""

import sys
from pathlib import Path

import pandas as pd

import blemore_cli as blemore


def main(project: Path) -> None:
    """Trains one run, prints its out-of-fold Score and how often each encoder is kept, and writes its predictions."""
    config, _ = blemore.load_config(project / "blemore.yaml")
    config = blemore.with_changes(config, {"model.top_n": 2})
    index = blemore.build_index(config.data, progress=lambda *_: None).index
    print(f"{len(index.clips)} clips, {len(index.encoders)} encoders")

    run = blemore.start_run(config.runs, config, kind="train", name=None, resume=False)
    metrics = blemore.cross_validate(config, run, seeds=[0], progress=lambda *_: None)
    print(f"{run.name}: out-of-fold Score {metrics.oof.score:.3f}, 95 % CI {metrics.oof.ci95}")

    weights = pd.read_csv(run.path / "gate_oof.csv").set_index(["filename", "fold", "seed"])
    print((weights > 0).mean().sort_values(ascending=False).to_string())

    labels = blemore.submission_labels(run, config.data.index)
    print(blemore.write_submission(project / "api_preds.zip", labels, template=None))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
