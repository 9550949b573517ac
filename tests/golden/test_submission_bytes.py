"""The submission formats byte for byte."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from tests.real_data import HICMAE

from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.reporting.submission.challenge_json import challenge_json, parse_challenge_json
from blemore_cli.reporting.submission.writer import write_submission

TEMPLATE = HICMAE / "submission_template.json"
CODES = {"test_0001": "sad", "test_0002": "ang_disg_70_30", "test_0003": "hap_sad_50_50"}
PREDICTED = {name: LABEL_CODES.index(code) for name, code in CODES.items()}

CSV = b"""\
filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience
test_0001,0,sad,,,
test_0002,1,ang,disg,70,30
test_0003,1,hap,sad,50,50
"""
JSON = b"""\
{
    "predictions": {
        "test_0001.mov": [
            {
                "emotion": "sad",
                "salience": 100.0
            }
        ],
        "test_0002.mov": [
            {
                "emotion": "ang",
                "salience": 70
            },
            {
                "emotion": "disg",
                "salience": 30
            }
        ],
        "test_0003.mov": [
            {
                "emotion": "hap",
                "salience": 50
            },
            {
                "emotion": "sad",
                "salience": 50
            }
        ]
    }
}"""


def written(path: Path) -> bytes:
    write_submission(path, PREDICTED, template=None)
    return path.read_bytes()


def test_csv(tmp_path: Path) -> None:
    assert written(tmp_path / "preds.csv") == CSV


def test_json(tmp_path: Path) -> None:
    assert written(tmp_path / "preds.json") == JSON


def test_zip_holds_the_json_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(tmp_path / "preds.zip"))) as archive:
        (member,) = archive.infolist()
        assert (member.filename, member.date_time) == ("preds.json", (1980, 1, 1, 0, 0, 0))
        assert archive.read(member) == JSON


def stored_zip(name: bytes, content: bytes) -> bytes:
    """The zip format's three records for one stored file (APPNOTE 4.3.7, 4.3.12, 4.3.16), dated 1 January 1980."""
    version, flags, method, midnight, first_day = 20, 0, 0, 0, (1 << 5) | 1
    shared = (
        version,
        flags,
        method,
        midnight,
        first_day,
        zlib.crc32(content),
        len(content),
        len(content),
        len(name),
        0,
    )
    local = struct.pack("<4s5H3L2H", b"PK\3\4", *shared) + name + content
    by_unix = 3 << 8 | version
    central = struct.pack("<4s6H3L5H2L", b"PK\1\2", by_unix, *shared, 0, 0, 0, 0o100644 << 16, 0) + name
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def test_zip_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "preds.zip") == stored_zip(b"preds.json", JSON)


@pytest.mark.real
def test_the_organisers_template_is_written_back_in_their_style(tmp_path: Path) -> None:
    content = TEMPLATE.read_bytes()
    labels = parse_challenge_json(content, TEMPLATE)
    predicted = {name.removesuffix(".mov"): label for name, label in labels.items()}
    assert len(labels) == 594
    summary = write_submission(tmp_path / "p.json", predicted, template=TEMPLATE)
    assert (summary.n, summary.singles, summary.blends) == (594, 352, 242)
    written_back = (tmp_path / "p.json").read_text()
    assert written_back == challenge_json(labels)
    # Theirs names the two emotions of a blend in either order.
    theirs = json.loads(content)["predictions"]
    for entries in theirs.values():
        entries.sort(key=lambda entry: ["ang", "disg", "fea", "hap", "sad", "neu"].index(entry["emotion"]))
    assert written_back == json.dumps({"predictions": theirs}, indent=4)
