from pathlib import Path

import yaml

from blemore_cli.experiments.runs.tuning_file import TrialResults, Tuning
from blemore_cli.reporting.paper.tuning_files import write_tuning


def test_files_are_there_and_repeat_byte_for_byte(tuned: Tuning, trial_results: TrialResults, tmp_path: Path) -> None:
    first, second = (write_tuning(tuned, trial_results, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["trials.csv", "best.yaml", "tuning.pdf", "tuning.svg", "tuning.png"]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    assert yaml.safe_load(first[1].read_text()) == tuned.best
