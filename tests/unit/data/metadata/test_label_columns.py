from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame


def frame_of(*rows: str) -> pd.DataFrame:
    cells = [[f"clip_{position}", *row.split(",")] for position, row in enumerate(rows)]
    return pd.DataFrame(cells, columns=["filename", *LABEL_COLUMNS], dtype=str)


def test_every_writing_of_a_permitted_label() -> None:
    frame = frame_of(
        "0,neu,,,", "0,sad,,100,", "0,ang,,100.0,", "1,ang,hap,70,30", "1,hap,ang,70,30", "1,fea,disg,50.0,50.00"
    )
    codes = [LABEL_CODES[label] for label in labels_of_frame(frame, Path("t.csv"))]
    assert codes == ["neu", "sad", "ang", "ang_hap_70_30", "ang_hap_30_70", "disg_fea_50_50"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2,ang,,,", "mix must be 0 .* got '2'"),
        (",ang,,,", "mix must be 0 .* got ''"),
        ("True,ang,,,", "got 'True'"),
        ("0,angr,,,", "emotion_1 must be one of .* got 'angr' \\(did you mean ang\\?\\)"),
        ("0,,,,", "emotion_1 must be one of .* got ''"),
        ("1,ang,happiness,50,50", "emotion_2 .* 'happiness' \\(did you mean hap\\?\\)"),
        ("0,ang,hap,,", "mix 0 with emotion_2 'hap'"),
        ("1,ang,,50,50", "mix 1 with emotion_2 ''"),
        ("1,ang,ang,50,50", "two emotions, got ang \\+ ang"),
        ("1,ang,neu,50,50", "neutral is never blended, got ang \\+ neu"),
        ("1,neu,sad,70,30", "neutral is never blended, got neu \\+ sad"),
        ("0,ang,,70,", "single's .* got '70/'"),
        ("0,ang,,100,0", "single's .* got '100/0'"),
        ("1,ang,hap,60,40", "got '60/40'"),
        ("1,ang,hap,0.7,0.3", "got '0.7/0.3'"),
        ("1,ang,hap,70,70", "got '70/70'"),
        ("1,ang,hap,,", "got '/'"),
        ("1,ang,hap,50.5,49.5", "got '50.5/49.5'"),
    ],
)
def test_broken_labels_name_file_line_clip_and_fix(row: str, problem: str) -> None:
    with pytest.raises(DataError, match=f"^preds.csv: .*{problem}") as caught:
        labels_of_frame(frame_of("0,ang,,,", row), Path("preds.csv"))
    assert "in line 3 (clip_1)" in caught.value.message
    assert "clip_0" not in caught.value.message
    assert caught.value.fix


def test_missing_label_columns_are_refused() -> None:
    with pytest.raises(DataError, match="none named mix"):
        labels_of_frame(frame_of("0,ang,,,").drop(columns="mix"), Path("t.csv"))
