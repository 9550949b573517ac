"""Any predictions survive any format, and any bytes are read or refused, never a crash."""

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.errors import SubmissionError
from blemore_cli.core.labels import N_LABELS
from blemore_cli.reporting.submission.challenge_json import challenge_json, parse_challenge_json
from blemore_cli.reporting.submission.prediction_files import read_predictions
from blemore_cli.reporting.submission.writer import SUFFIXES, write_submission

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_ ,;'\"-]{0,20}[A-Za-z0-9]", fullmatch=True)
LABELS_OF_CLIPS = st.dictionaries(NAMES, st.integers(0, N_LABELS - 1), min_size=1, max_size=10)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["sad", "ang", "neu", "joy"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["emotion", "salience", "predictions", "a.mov"]), inner, max_size=3)
    ),
)


@settings(max_examples=30, deadline=None)
@given(LABELS_OF_CLIPS, st.sampled_from(SUFFIXES))
def test_written_predictions_read_back_in_order(predicted: dict[str, int], suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"p{suffix}"
        write_submission(out, predicted, template=None)
        assert list(read_predictions(out).items()) == list(predicted.items())


@settings(deadline=None)
@given(JSON_VALUES)
def test_any_json_is_read_or_refused(value: object) -> None:
    content = json.dumps({"predictions": {"a.mov": value}}).encode()
    try:
        labels = parse_challenge_json(content, Path("p.json"))
    except SubmissionError:
        return
    assert parse_challenge_json(challenge_json(labels).encode(), Path("p.json")) == labels


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(SUFFIXES))
def test_any_bytes_are_refused(content: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"p{suffix}"
        path.write_bytes(content)
        with pytest.raises(SubmissionError, match=f"p{suffix}"):
            read_predictions(path)
