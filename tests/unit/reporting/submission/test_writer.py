"""Writing submissions: coverage, atomicity, summaries."""

from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError, BlemoreError, SubmissionError, UsageError
from blemore_cli.reporting.submission import writer
from blemore_cli.reporting.submission.challenge_json import challenge_json
from blemore_cli.reporting.submission.prediction_files import read_predictions
from blemore_cli.reporting.submission.writer import SUFFIXES, Summary, check_suffix, write_submission

PREDICTED = {"test_0002": 7, "test_0001": 4, "test_0003": 35}


def template(folder: Path, *names: str) -> Path:
    path = folder / "template.json"
    path.write_text(challenge_json(dict.fromkeys(names, 0)))
    return path


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".ZIP"])
def test_reads_back_and_is_counted(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / "new folder" / f"preds{suffix}"
    assert write_submission(out, PREDICTED, template=None) == Summary(out=out, n=3, singles=1, blends=2)
    assert read_predictions(out) == PREDICTED
    assert list(out.parent.iterdir()) == [out]


def test_numpy_labels_are_fine(tmp_path: Path) -> None:
    labels = dict(zip(PREDICTED, np.array(list(PREDICTED.values())), strict=True))
    write_submission(tmp_path / "p.json", labels, template=None)
    assert read_predictions(tmp_path / "p.json") == PREDICTED


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_follows_the_order_of_the_template(tmp_path: Path, suffix: str) -> None:
    names = template(tmp_path, "test_0001.mov", "test_0002.mov", "test_0003.mov")
    write_submission(tmp_path / f"p{suffix}", PREDICTED, template=names)
    assert list(read_predictions(tmp_path / f"p{suffix}")) == sorted(PREDICTED)


@pytest.mark.parametrize(
    ("names", "named"),
    [
        (["test_0001.mov", "test_0002.mov"], r"none for 0 \(none\) and 1 that it does not name \(test_0003\)"),
        ([*(f"test_000{i}.mov" for i in range(1, 6))], r"none for 2 \(test_0004, test_0005\) and 0"),
        (["test_0001.mov", "test_0002.mov", "test_0003.mov", "test_0003"], "exactly the 4 names"),
    ],
)
def test_must_cover_the_template_exactly(tmp_path: Path, names: list[str], named: str) -> None:
    path = template(tmp_path, *names)
    with pytest.raises(SubmissionError, match=named):
        write_submission(tmp_path / "p.json", PREDICTED, template=path)
    assert list(tmp_path.iterdir()) == [path]


def test_refuses_a_broken_or_missing_template(tmp_path: Path) -> None:
    path = template(tmp_path)
    with pytest.raises(SubmissionError, match=r"template\.json: predictions must name at least one clip"):
        write_submission(tmp_path / "p.json", PREDICTED, template=path)
    path.unlink()
    with pytest.raises(SubmissionError, match=r"template\.json must be a template of .*, but it does not exist"):
        write_submission(tmp_path / "p.json", PREDICTED, template=path)


@pytest.mark.parametrize("name", ["p.txt", "p", ".zip", "p.json.gz"])
def test_refuses_other_suffixes(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=name):
        check_suffix(tmp_path / name)
    with pytest.raises(UsageError, match=name):
        write_submission(tmp_path / name, PREDICTED, template=None)


@pytest.mark.parametrize(
    ("predicted", "named"),
    [
        ({}, "at least one clip"),
        ({"a": 36}, "36 for a"),
        ({"a": -1}, "-1 for a"),
        ({"../a": 0}, "'../a'"),
        ({"a.mov": 0}, "'a.mov'"),
    ],
)
def test_refuses_impossible_predictions(tmp_path: Path, predicted: dict[str, int], named: str) -> None:
    with pytest.raises(SubmissionError, match=named):
        write_submission(tmp_path / "p.csv", predicted, template=None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failure_leaves_the_old_file_untouched(tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / f"p{suffix}"
    write_submission(out, PREDICTED, template=None)
    before = out.read_bytes()
    monkeypatch.setattr(writer, "read_predictions", lambda _: {})
    with pytest.raises(SubmissionError, match="must read back"):
        write_submission(out, {"test_0001": 0}, template=None)
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_an_unwritable_path_is_an_artefact_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BlemoreError) as caught:
        write_submission(tmp_path / "file" / "p.csv", PREDICTED, template=None)
    assert isinstance(caught.value, ArtefactError)
