"""A report reads what it needs of `metrics.json`, leaves what it does not know, and names the key that is wrong."""

import json
from typing import Any

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics


def change(written_run: RunFolder, **changes: Any) -> dict[str, Any]:
    path = written_run.path / "metrics.json"
    content: dict[str, Any] = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps(content))
    return content


def test_figures_are_those_of_the_file(written_run: RunFolder) -> None:
    content = change(written_run, new={"key": 1})
    written_run.mark_finished()
    found = read_metrics(written_run)
    assert found.oof.model_dump(mode="json") == content["oof"]
    assert [fold.n_epochs for fold in found.folds] == [(2, 4)] * 3
    assert [part.n_clips for part in found.split] == [144] * 3


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"oof": {"presence": "high", "salience": 0, "score": 0}}, r"oof\.presence"),
        ({"folds": [{}]}, r"folds\[0\]\.fold"),
    ],
)
def test_a_key_that_does_not_fit_is_named(changes: dict[str, Any], key: str, written_run: RunFolder) -> None:
    change(written_run, **changes)
    with pytest.raises(ArtefactError, match=rf"metrics\.json: {key} must be"):
        read_metrics(written_run)


def test_a_file_comes_back_as_it_was(written_run: RunFolder) -> None:
    content = json.loads((written_run.path / "metrics.json").read_text())
    assert json.dumps(read_metrics(written_run).as_json()) == json.dumps(content)
