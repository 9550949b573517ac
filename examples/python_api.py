"""The Python API in one page: index, train, and look at what the gate selected.

Usage: python examples/python_api.py PROJECT, where PROJECT holds a blemore.yaml (`blemore demo PROJECT` makes one).
"""

import sys
from pathlib import Path

import pandas as pd

from blemore_cli.core.config_file import load_config, with_changes
from blemore_cli.data.build_index import build_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.inference import submission_labels
from blemore_cli.experiments.run_dir import start_run
from blemore_cli.reporting.submission import write_submission


def main(project: Path) -> None:
    """Trains one run and prints its out-of-fold Score and the share of clips that selected each encoder."""
    config, _ = load_config(project / "blemore.yaml")
    config = with_changes(config, {"model.top_n": 2, "train.max_epochs": 10})
    report = build_index(config.data, progress=lambda *_: None)
    print(f"{len(report.index.clips)} clips, {len(report.index.encoders)} encoders")

    run = start_run(config.runs, config, kind="train", name=None, resume=False)
    metrics = cross_validate(
        config, run, seeds=[0], progress=lambda work, done, total: print(f"{work}: {done:.0f}/{total}")
    )
    print(f"out-of-fold Score {metrics['oof']['score']:.3f}")

    weights = pd.read_csv(run.path / "gate_oof.csv").set_index(["filename", "fold", "seed"])
    print((weights > 0).mean().sort_values(ascending=False).to_string())
    print(write_submission(project / "api_preds.zip", submission_labels(run, config.data.index), template=None))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
