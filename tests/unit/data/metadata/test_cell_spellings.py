from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.data.metadata.cell_spellings import uniform_labels, without_texts_for_nothing
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame


def frame_of(*rows: str) -> pd.DataFrame:
    cells = [[f"clip_{position}", *row.split(";")] for position, row in enumerate(rows)]
    return pd.DataFrame(cells, columns=["filename", *LABEL_COLUMNS], dtype=str)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("0.0;ang;nan;nan;nan", "ang"),
        ("False;ANG;NaN;100.0;None", "ang"),
        ("FALSE; Anger ;None;;", "ang"),
        ("0;disgust;NA;null;N/A", "disg"),
        ("0;Fear;<NA>;;", "fea"),
        ("no;happiness;;100;", "hap"),
        ("0;happy;;;", "hap"),
        ("0;SADNESS;;;", "sad"),
        ("0;Neutral;;100 %;", "neu"),
        ("1.0;hap;ang;30;70", "ang_hap_70_30"),
        ("True;Happiness;Anger;30.0;70.0", "ang_hap_70_30"),
        ("yes;fear;disgust;50,0;50,0", "disg_fea_50_50"),
        ("TRUE;sad;hap;70%;30%", "hap_sad_30_70"),
        ("0;sad;;100;0", "sad"),
        ("0;sad;none;100.0;0.0", "sad"),
    ],
)
def test_what_programs_write_for_a_label(row: str, code: str) -> None:
    frame, notes = uniform_labels(frame_of(row))
    assert LABEL_CODES[labels_of_frame(frame, Path("t.csv"))[0]] == code
    assert notes == []


def test_saliences_are_fractions_if_all_of_them_are() -> None:
    frame, [note] = uniform_labels(frame_of("1;ang;hap;0.7;0.3", "1;ang;hap;.5;0.50", "0;sad;;1.0;0.0", "0;neu;;;"))
    codes = [LABEL_CODES[label] for label in labels_of_frame(frame, Path("t.csv"))]
    assert codes == ["ang_hap_70_30", "ang_hap_50_50", "sad", "neu"]
    assert note == "saliences are read as fractions of 1 (0.7 is 70 percent)"


@pytest.mark.parametrize("other", ["1;ang;sad;70;30", "0;sad;;100;", "1;ang;sad;0.6;0.4"])
def test_a_mixture_of_fractions_and_percents_stays_as_it_is(other: str) -> None:
    frame, notes = uniform_labels(frame_of("1;ang;hap;0.7;0.3", "0;neu;;1.0;", other))
    assert frame["emotion_1_salience"].tolist()[:2] == ["0.7", "1.0"]
    assert notes == []


def test_predictions_keep_what_the_organisers_would_count_as_wrong() -> None:
    frame, notes = uniform_labels(frame_of("True;ANG;Happy;0.7;0.3", "0.0;sad;nan;100.0;nan"), of_truth=False)
    assert frame.iloc[0].tolist()[1:] == ["1", "ANG", "Happy", "0.7", "0.3"]
    assert frame.iloc[1].tolist()[1:] == ["0", "sad", "", "100.0", ""]
    assert notes == []


def test_words_that_are_no_emotion_stay_as_they_are() -> None:
    frame, _ = uniform_labels(frame_of("0;Joyful;;;", "0;angr;;;"))
    assert frame["emotion_1"].tolist() == ["Joyful", "angr"]


def test_texts_for_nothing_are_empty() -> None:
    cells = pd.Series(["A1 ", "nan", "NULL", "-", "", "Nana"])
    assert without_texts_for_nothing(cells).tolist() == ["A1", "", "", "", "", "Nana"]
