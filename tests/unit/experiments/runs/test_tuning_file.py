import json
from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.tuning_file import TrialResults, Tuning, read_trials


def test_json_has_the_keys_of_the_contract(tuned: Tuning) -> None:
    content = tuned.as_json()
    assert content.keys() >= {"run", "trials", "best", "inner_score", "oof"}
    assert Tuning.model_validate_json(json.dumps(content)) == tuned
    assert not tuned.agree


def test_trials_are_read_as_they_are_written(trial_results: TrialResults, tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert read_trials(run, trial_results.space, (0,)).trials == ()
    path = tmp_path / "trials.json"
    path.write_text(json.dumps(trial_results.as_json()))
    assert read_trials(run, {}, (5,)) == trial_results
    path.write_text("{")
    with pytest.raises(ArtefactError) as caught:
        read_trials(run, {}, ())
    assert "--resume" in caught.value.fix
