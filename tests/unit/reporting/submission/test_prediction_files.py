"""Prediction files: every format gives the same labels, and hostile or partial files are refused."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from blemore_cli.core.errors import SubmissionError
from blemore_cli.core.labels import LABEL_CODES, PROBABILITY_COLUMNS
from blemore_cli.reporting.submission import prediction_files
from blemore_cli.reporting.submission.challenge_json import challenge_json
from blemore_cli.reporting.submission.prediction_files import match, read_predictions

HEADER = "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience"
JSON = '{"predictions": {"test_0001.mov": [{"emotion": "sad", "salience": 100.0}]}}'


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def zipped(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(SubmissionError) as caught:
        read()
    assert caught.value.fix
    return caught.value.message


def test_csv_json_and_zip_give_the_same_labels_in_the_order_of_the_file(tmp_path: Path) -> None:
    codes = {"b": "neu", "a": "ang_hap_30_70", "c": "ang_disg_50_50"}
    expected = {name: LABEL_CODES.index(code) for name, code in codes.items()}
    table = written(tmp_path / "p.csv", HEADER, "b,0,neu,,,", "a,1,hap,ang,70,30", "c,1,ang,disg,50,50")
    text = challenge_json({f"{name}.mov": label for name, label in expected.items()})
    (tmp_path / "p.JSON").write_text(text)
    for path in (table, tmp_path / "p.JSON", zipped(tmp_path / "p.zip", **{"x.json": text})):
        assert list(read_predictions(path).items()) == list(expected.items())


def test_reads_a_run_s_table_with_one_row_a_clip(tmp_path: Path) -> None:
    probabilities = ",".join(["0.0"] * 36)
    header = HEADER.replace("filename", "filename,fold,seed")
    path = written(
        tmp_path / "oof.csv", f"{header},{','.join(PROBABILITY_COLUMNS)}", f"clip.mov,0,0,0,sad,,,,{probabilities}"
    )
    assert read_predictions(path) == {"clip": 4}


def test_refuses_a_run_s_table_with_a_row_for_each_model(tmp_path: Path) -> None:
    path = written(tmp_path / "test.csv", HEADER, *["test_0001,0,sad,,,", "test_0001.mov,0,ang,,,"])
    with pytest.raises(SubmissionError, match=r"test\.csv.*once, got 1 clips more than once: test_0001") as caught:
        read_predictions(path)
    assert "blemore submit" in caught.value.fix


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ("test_0001,1,ang,hap,60,40", "60/40"),
        ("test_0001,1,ang,hap,0.7,0.3", "0.7/0.3"),
        ("test_0001,1,ang,ang,50,50", "ang"),
        ("test_0001,1,ang,neu,50,50", "neutral"),
        ("test_0001,0,joy,,,", "joy"),
        ("test_0001,0,ANG,,,", "ANG"),
        ("test_0001,0,ang", "fields"),
    ],
)
def test_refuses_impossible_rows(tmp_path: Path, row: str, named: str) -> None:
    message = refusal(lambda: read_predictions(written(tmp_path / "p.csv", HEADER, row)))
    assert "p.csv" in message
    assert "test_0001" in message
    assert named in message


def test_reads_a_csv_as_spreadsheets_and_pandas_write_it(tmp_path: Path) -> None:
    rows = ("test_0001.mov;True;ang;hap;70,0;30,0", "test_0002.mov;0.0;sad;nan;;", ";;;;;")
    path = written(tmp_path / "p.csv", HEADER.replace(",", ";"), *rows)
    assert [LABEL_CODES[label] for label in read_predictions(path).values()] == ["ang_hap_70_30", "sad"]


def test_refuses_a_clip_named_twice_with_different_suffixes(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(challenge_json({"a.mov": 0, "a": 1}))
    assert "more than once: a" in refusal(lambda: read_predictions(tmp_path / "p.json"))


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({}, "exactly one file, got 0"),
        ({"a.json": JSON, "b.json": JSON}, "got 2: a.json, b.json"),
        ({"folder/a.json": JSON}, "folder/a.json"),
        ({"../a.json": JSON}, "../a.json"),
        ({"/etc/a.json": JSON}, "/etc/a.json"),
        ({"..\\a.json": JSON}, "a.json"),
        ({".a.json": JSON}, ".a.json"),
        ({"a.csv": "x"}, "one .json file"),
        ({"a.json": "nope"}, "must be JSON"),
    ],
)
def test_refuses_other_zips(tmp_path: Path, members: dict[str, str], named: str) -> None:
    path = zipped(tmp_path / "p.zip", **members)
    before = sorted(tmp_path.rglob("*"))
    assert named in refusal(lambda: read_predictions(path))
    assert sorted(tmp_path.rglob("*")) == before


def test_refuses_files_and_members_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction_files, "MAX_BYTES", 1000)
    assert "p.zip: a.json must be at most" in refusal(
        lambda: read_predictions(zipped(tmp_path / "p.zip", **{"a.json": " " * 2000}))
    )
    for name in ("p.csv", "p.json"):
        path = written(tmp_path / name, "x" * 2000)
        assert "at most 1,000 bytes" in refusal(lambda path=path: read_predictions(path))  # type: ignore[misc]


def test_a_zip_that_understates_its_size_cannot_unpack_to_more(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.zip", **{"a.json": JSON + " " * 100_000})
    real, stated = (len(JSON) + 100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    content = path.read_bytes()
    assert content.count(real) == 2
    path.write_bytes(content.replace(real, stated))
    assert "must be a zip" in refusal(lambda: read_predictions(path))


@pytest.mark.parametrize("content", [b"", b"nope", b"PK\x03\x04"])
def test_refuses_what_is_no_zip(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    assert "p.zip: must be a zip" in refusal(lambda: read_predictions(path))


def test_refuses_damaged_and_encrypted_zips(tmp_path: Path) -> None:
    content = zipped(tmp_path / "p.zip", **{"a.json": JSON}).read_bytes()
    damaged, encrypted = bytearray(content), bytearray(content)
    damaged[45] ^= 0xFF  # inside the compressed bytes
    encrypted[content.index(b"PK\x01\x02") + 8] |= 1
    for broken in (damaged, encrypted):
        (tmp_path / "p.zip").write_bytes(broken)
        assert "must be a zip" in refusal(lambda: read_predictions(tmp_path / "p.zip"))


def test_refuses_missing_files_folders_and_other_suffixes(tmp_path: Path) -> None:
    for suffix in ("csv", "json", "zip"):
        assert f"nowhere.{suffix}" in refusal(lambda suffix=suffix: read_predictions(Path(f"nowhere.{suffix}")))  # type: ignore[misc]
    (tmp_path / "folder.json").mkdir()
    assert "folder.json" in refusal(lambda: read_predictions(tmp_path / "folder.json"))
    assert "got '.txt'" in refusal(lambda: read_predictions(tmp_path / "p.txt"))


def test_match_aligns_in_the_order_of_the_truth() -> None:
    label, predicted = match({"a": 1, "b": 2}, {"b": 20, "a": 10}, Path("p.csv"))
    assert label.tolist() == [1, 2]
    assert predicted.tolist() == [10, 20]


def test_match_requires_the_same_clips() -> None:
    truth = {f"clip{i}": 0 for i in range(9)}
    partial = refusal(lambda: match(truth, {"clip0": 0}, Path("p.csv")))
    assert "p.csv" in partial
    assert "all 9 labelled clips, got none for 8: clip1, clip2, clip3, clip4, clip5 and 3 more" in partial
    assert "leave them out of the average" in partial
    others = refusal(lambda: match(truth, {**truth, "other": 0}, Path("p.csv")))
    assert "got 1 others: other" in others
    assert "got none for 9" in refusal(lambda: match(truth, {}, Path("p.csv")))
