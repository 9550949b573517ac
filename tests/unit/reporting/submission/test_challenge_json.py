"""The challenge's JSON format: what is read, and everything that is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.core.errors import SubmissionError
from blemore_cli.core.labels import LABEL_CODES, N_LABELS
from blemore_cli.reporting.submission.challenge_json import challenge_json, parse_challenge_json

PATH = Path("preds.json")


def blend(first: str, first_pct: Any, second: str, second_pct: Any) -> list[dict[str, Any]]:
    return [{"emotion": first, "salience": first_pct}, {"emotion": second, "salience": second_pct}]


def document(entries: Any) -> bytes:
    return json.dumps({"predictions": {"test_0001.mov": entries}}).encode()


def refusal(content: bytes) -> SubmissionError:
    with pytest.raises(SubmissionError) as caught:
        parse_challenge_json(content, PATH)
    assert "preds.json" in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.fix
    return caught.value


def test_every_label_reads_back() -> None:
    labels = {f"test_{i:04d}.mov": i for i in range(N_LABELS)}
    assert parse_challenge_json(challenge_json(labels).encode(), PATH) == labels


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([{"emotion": "sad", "salience": 100}], "sad"),
        (blend("hap", 30, "ang", 70.0), "ang_hap_70_30"),
        (blend("disg", 50.0, "ang", 50), "ang_disg_50_50"),
    ],
)
def test_reads_either_order_and_either_kind_of_number(entries: Any, code: str) -> None:
    assert parse_challenge_json(document(entries), PATH) == {"test_0001.mov": LABEL_CODES.index(code)}


@pytest.mark.parametrize(
    ("entries", "requirement", "theirs"),
    [
        ([], "one or two emotions, got 0", "would count it as wrong"),
        (blend("ang", 50, "hap", 30) + blend("sad", 20, "fea", 0), "one or two emotions, got 4", "as wrong"),
        (blend("ang", 60, "hap", 40), "ang 60 + hap 40", "score its salience 0"),
        (blend("ang", 0.7, "hap", 0.3), "ang 0.7 + hap 0.3", "score its salience 0"),
        (blend("ang", 70.4, "hap", 29.6), "ang 70.4", "rounded percents"),
        (blend("ang", 50, "ang", 50), "two emotions must differ, got ang 50 + ang 50", "take it for the single ang"),
        (blend("ang", 50, "neu", 50), "neutral is never blended", "as wrong for every clip"),
        ([{"emotion": "sad", "salience": 70}], "sad 70", "does not look at the salience of a single"),
        ([{"emotion": "joy", "salience": 100}], "'joy'", "would count it as wrong"),
        ([{"emotion": ["sad"], "salience": 100}], "a list of 1", "would count it as wrong"),
        ([{"emotion": "sad", "salience": "100"}], "a number, got '100'", "misread"),
        ([{"emotion": "sad", "salience": True}], "a number, got True", "misread"),
        ([{"emotion": "sad", "salience": None}], "a number, got None", "misread"),
        ([{"emotion": "sad", "salience": -100}], "(0, 100] percent, got -100", "never find it equal"),
        ([{"emotion": "sad", "salience": 10**400}], "(0, 100] percent, got 1000", "never find it equal"),
        ([{"emotion": "sad"}], "an object of emotion and salience", "stop or ignore"),
        ([{"emotion": "sad", "salience": 100, "confidence": 1}], "an object of emotion and salience", "ignore"),
        (["sad"], "an object of emotion and salience, got 'sad'", "stop"),
        ("sad", "a list of emotions, got 'sad'", "would stop"),
        ({"emotion": "sad", "salience": 100}, "a list of emotions, got an object", "would stop"),
    ],
)
def test_refuses_what_is_no_permitted_label(entries: Any, requirement: str, theirs: str) -> None:
    error = refusal(document(entries))
    assert "test_0001.mov" in error.message
    assert requirement in error.message
    assert theirs in error.message.partition("the organisers' code")[2]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "must be JSON"),
        (b"nope", "must be JSON"),
        (b'{"predictions": {', "must be JSON"),
        (b"\xff\xfe", "must be JSON in UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"[" * 100_000, "must be JSON"),
        (b"[]", "a list of 0"),
        (b"{}", "an object of 0"),
        (b'{"predictions": {"a": []}, "team": "us"}', "an object of 2"),
        (b'{"predictions": []}', "give NaN"),
        (b'{"predictions": {}}', "give NaN"),
        (b'{"predictions": {"a": [], "a": []}}', "'a' more than once"),
        (
            b'{"predictions": {"a": [{"emotion": "sad", "emotion": "ang", "salience": 100}]}}',
            "'emotion' more than once",
        ),
        (b'{"predictions": {"a": [{"emotion": "sad", "salience": NaN}]}}', "no NaN"),
        (b'{"predictions": {"a": [{"emotion": "sad", "salience": -Infinity}]}}', "no -Infinity"),
        (b'{"predictions": {"a": [{"emotion": "sad", "salience": 1e999}]}}', "percent, got inf"),
        (b'{"predictions": {"a": [{"emotion": "sad", "salience": ' + b"9" * 5000 + b"}]}}", "must be JSON"),
        (b'{"predictions": {"../a.mov": [{"emotion": "sad", "salience": 100}]}}', "'../a.mov'"),
        (b'{"predictions": {"a\\nb": [{"emotion": "sad", "salience": 100}]}}', "plain file name"),
        (b'{"predictions": {"": [{"emotion": "sad", "salience": 100}]}}', "plain file name"),
    ],
)
def test_refuses_what_is_not_the_format(content: bytes, named: str) -> None:
    assert named in refusal(content).message
