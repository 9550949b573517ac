from pathlib import Path

import numpy as np
import pytest
from tests.real_data import HICMAE

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.data.metadata.clips import Allowances, clips_from_names, read_clips, write_test_metadata

HEADER = "filename,video_id,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience,intensity_level,fold"
ROWS = (
    "A2_mix_hap_ang_30_70_ver1.mov,A2,1,hap,ang,30,70,,1",
    "A1_neu_sit1_ver1,A1,0,neu,,,,,0",
    "A1_sad_int2_ver1,A1,0,sad,,100,,2,0",
)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def train(tmp_path: Path) -> Path:
    return write(tmp_path / "train.csv", HEADER, *ROWS)


def test_training_rows_come_first_in_the_order_of_the_file(train: Path, tmp_path: Path) -> None:
    clips = read_clips(train, write(tmp_path / "test.csv", "filename", "test_0002.mov", "test_0001"))
    assert clips.filename.tolist() == [
        "A2_mix_hap_ang_30_70_ver1", "A1_neu_sit1_ver1", "A1_sad_int2_ver1", "test_0002", "test_0001",
    ]  # fmt: skip
    assert clips.actor.tolist() == ["A2", "A1", "A1", "", ""]
    assert clips.is_test.tolist() == [False, False, False, True, True]
    assert clips.fold.tolist() == [1, 0, 0, -1, -1]
    assert [LABEL_CODES[label] for label in clips.label[:3]] == ["ang_hap_70_30", "neu", "sad"]
    assert clips.label[3:].tolist() == [-1, -1]


def test_either_file_may_be_left_out_but_not_both(train: Path, tmp_path: Path) -> None:
    assert len(read_clips(train, None)) == 3
    test = read_clips(None, write(tmp_path / "test.csv", "filename,video_id", "t1,A9"))
    assert (test.actor.tolist(), test.is_test.tolist(), test.fold.dtype.name) == (["A9"], [True], "int64")
    with pytest.raises(DataError, match="metadata file is required"):
        read_clips(None, None)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",A3,0,ang,,,,,1", "filename must be"),
        ("../A3,A3,0,ang,,,,,1", "filename must be .*'\\.\\./A3'"),
        ("A3\x07,A3,0,ang,,,,,1", "filename must be .*\\\\x07"),
        (".mov,A3,0,ang,,,,,1", "filename must be"),
        ("A1_neu_sit1_ver1.MP4,A1,0,ang,,,,,0", "one row.*line 3 \\(A1_neu_sit1_ver1\\), .* in line 5"),
        ("A3_x,,0,ang,,,,,1", "must have its actor"),
        ("A3_x, A1,0,ang,,,,,1", "must have its actor"),
        ("A3_x,A3,0,joy,,,,,1", "'joy' in line 5 \\(A3_x\\)"),
        ("A3_x,A3,0,ang,,,,,-1", "fold must be a whole number from 0, got '-1'"),
        ("A3_x,A3,0,ang,,,,,1.5", "fold must .*'1.5'"),
        ("A3_x,A3,0,ang,,,,,one", "fold must .*'one'"),
        ("A3_x,A3,0,ang,,,,,", "fold must .*''"),
        ("A3_x,A3,0,ang,,,,,99999999999999999999", "fold must"),
        ("A1_x,A1,0,ang,,,,,1", "one fold, got A1 in fold 1 after fold 0 in line 5 \\(A1_x\\)"),
    ],
)
def test_broken_rows_name_file_line_and_clip(tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(DataError, match=f"train.csv: .*{problem}") as caught:
        read_clips(write(tmp_path / "train.csv", HEADER, *ROWS, row), None)
    assert "in line 5" in caught.value.message
    assert caught.value.fix


def test_folds_may_have_the_word_before_them(tmp_path: Path) -> None:
    rows = [f"{row[:-1]}{word}{row[-1]}" for row, word in zip(ROWS, ("fold", "Fold_", "fold "), strict=True)]
    assert read_clips(write(tmp_path / "train.csv", HEADER, *rows), None).fold.tolist() == [1, 0, 0]


def test_folds_written_as_floats_are_whole_numbers(tmp_path: Path) -> None:
    assert read_clips(write(tmp_path / "train.csv", HEADER, *(f"{row}.0" for row in ROWS)), None).fold.tolist() == [
        1,
        0,
        0,
    ]


def test_one_fold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2 folds or more, got fold 0 alone"):
        read_clips(write(tmp_path / "train.csv", HEADER, *ROWS[1:]), None)


@pytest.mark.parametrize("column", ["fold", "mix", "video_id"])
def test_missing_columns_are_named(tmp_path: Path, column: str) -> None:
    header = HEADER.replace(column, "something")
    with pytest.raises(DataError, match=f"none named {column}") as caught:
        read_clips(write(tmp_path / "train.csv", header, *ROWS), None)
    assert column in caught.value.fix


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A1_neu_sit1_ver1.mov,T1", "must not be a training clip, got A1_neu_sit1_ver1 in line 2"),
        ("test_0001,A1", "must have no training clips, got A1 in line 2 \\(test_0001\\)"),
    ],
)
def test_training_and_test_are_apart(train: Path, tmp_path: Path, row: str, problem: str) -> None:
    with pytest.raises(DataError, match=f"test.csv: .*{problem}"):
        read_clips(train, write(tmp_path / "test.csv", "filename,video_id", row))


def test_actors_may_overlap_on_request(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", HEADER, *ROWS, "A1_x,A1,0,ang,,,,,1")
    test = write(tmp_path / "test.csv", "filename,video_id", "test_0001,A1")
    clips = read_clips(train, test, allowed=Allowances(actor_overlap=True))
    assert clips.fold.tolist() == [1, 0, 0, 1, -1]
    with pytest.raises(DataError, match="must be in one fold") as caught:
        read_clips(train, test)
    assert "--allow-actor-overlap" in caught.value.fix


def test_names_alone_give_labels_and_folds_by_actor() -> None:
    names = [
        "test_1.mov",
        *(f"A{actor}_ang_int{take}_ver1.mov" for actor in range(12) for take in range(1, 5)),
        "test_0",
    ]
    clips = clips_from_names(names)
    assert clips.filename[[0, -2, -1]].tolist() == ["A0_ang_int1_ver1", "test_1", "test_0"]
    assert np.bincount(clips.fold[~clips.is_test]).tolist() == [12, 12, 8, 8, 8]
    assert all(len(set(clips.fold[clips.actor == f"A{actor}"])) == 1 for actor in range(12))


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ([], "no names"),
        (["test_1", "test_2"], "must carry a label.*got test_1, test_2"),
        (["A1_ang_int1_ver1", "A1_hap_int1_ver1"], "2 actors or more, got A1 alone"),
        (["A1_ang_int1_ver1", "A1_ang_int1_ver1.mov", "A2_ang_int1_ver1"], "once, got A1_ang_int1_ver1 more"),
        (["A1_ang_int1_ver1", "A2_joy_int1_ver1"], "clip A2_joy_int1_ver1: .*'joy'"),
        (["A1_ang_int1_ver1", "A2_mix_ang_hap_60_40_ver1"], "clip A2_mix_ang_hap_60_40_ver1"),
        (["A1_ang_int1_ver1", "A2\x1b"], "printable"),
        (["A1_ang_int1_ver1", "a1_hap_int1_ver1"], "the clips' names: an actor must be spelt in one way"),
    ],
)
def test_names_that_cannot_be_clips_are_refused(names: list[str], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        clips_from_names(names)


@pytest.mark.real
def test_real_metadata_agrees_with_the_names() -> None:
    clips = read_clips(HICMAE / "train_metadata.csv", HICMAE / "test_metadata.csv")
    named = clips_from_names(clips.filename.tolist())
    assert np.bincount(clips.fold[~clips.is_test]).tolist() == [522, 486, 468, 472, 508]
    assert clips.is_test.sum() == 594
    assert (named.filename == clips.filename).all()
    assert (named.label == clips.label).all()
    assert (named.actor == clips.actor).all()


def test_persons_of_test_clips_are_read_without_outer_spaces(train: Path, tmp_path: Path) -> None:
    test = write(tmp_path / "test.csv", "filename,video_id", "t1.mov, P1", "t2,P1 ", "t3,  ")
    assert read_clips(train, test).actor[3:].tolist() == ["P1", "P1", ""]


def test_test_metadata_are_read_as_they_were_written(train: Path, tmp_path: Path) -> None:
    path, names, persons = tmp_path / "out.csv", np.array(["t_2", "t_1"]), np.array(["person-02", "person-01"])
    write_test_metadata(path, names, persons)
    clips = read_clips(train, path)
    assert clips.filename[3:].tolist() == ["t_2", "t_1"]
    assert clips.actor[3:].tolist() == ["person-02", "person-01"]


LIKE_PANDAS = (
    " filename;video_id;mix;emotion_1;emotion_2;emotion_1_salience;emotion_2_salience;fold;",
    "A2_mix_hap_ang_30_70_ver1.mov.npy;A2;True;Happiness;ANG;0,3;0,7;1.0;",
    "features/A1_neu_sit1_ver1.npy;A1;False;neutral;nan;1,0;nan;0.0;",
    ";;;;;;;;",
)


def test_metadata_as_other_programs_write_them(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text("\r\n".join(LIKE_PANDAS), encoding="utf-16", newline="")
    notes: list[str] = []
    clips = read_clips(path, None, note=notes.append)
    assert clips.filename.tolist() == ["A2_mix_hap_ang_30_70_ver1", "A1_neu_sit1_ver1"]
    assert [LABEL_CODES[label] for label in clips.label] == ["ang_hap_70_30", "neu"]
    assert (clips.actor.tolist(), clips.fold.tolist()) == (["A2", "A1"], [1, 0])
    assert notes == ["train.csv: saliences are read as fractions of 1 (0.3 is 30 percent)"]


def test_rows_that_slipped_against_the_names_are_refused_or_allowed(tmp_path: Path) -> None:
    slipped = [ROWS[0], "A1_neu_sit1_ver1,A1,0,sad,,100,,2,0", "A1_sad_int2_ver1,A1,0,neu,,,,,0"]
    path = write(tmp_path / "train.csv", HEADER, *slipped)
    with pytest.raises(DataError, match=r"sad where the name has neu in line 3 .*neu where the name has sad in line 4"):
        read_clips(path, None)
    clips = read_clips(path, None, allowed=Allowances(name_conflicts=True))
    assert [LABEL_CODES[label] for label in clips.label[1:]] == ["sad", "neu"]


def test_actors_that_differ_by_case_are_one_person(train: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.csv", HEADER, *ROWS, "clip_9,a1,0,ang,,,,,1")
    with pytest.raises(DataError, match=r"other.csv: an actor must be spelt in one way, got 'A1' and 'a1'"):
        read_clips(other, None, allowed=Allowances(name_conflicts=True))
    test = write(tmp_path / "test.csv", "filename,video_id", "test_0001,a1")
    with pytest.raises(DataError, match=r"test.csv: an actor must be spelt in one way, got 'A1' and 'a1'"):
        read_clips(train, test)
    named = write(tmp_path / "test.csv", "filename,video_id", "A8_ang_int1_ver1,A9")
    with pytest.raises(DataError, match="A9 where the name has A8 in line 2"):
        read_clips(train, named)


def test_labels_of_test_clips_are_left_alone(train: Path, tmp_path: Path) -> None:
    test = write(tmp_path / "test.csv", "filename,video_id,emotion_1", "t1,nan,ang", "t2,None,whatever")
    notes: list[str] = []
    clips = read_clips(train, test, note=notes.append)
    assert clips.actor[3:].tolist() == ["", ""]
    assert clips.label[3:].tolist() == [-1, -1]
    (note,) = notes
    assert note.startswith("test.csv: its labels are not read, as test clips are predicted; `blemore evaluate")


def test_labels_by_mistake_in_test_metadata_change_no_clip_and_are_told_whatever_their_column(
    train: Path, tmp_path: Path
) -> None:
    names = ["t1", "t2"]
    plain = read_clips(train, write(tmp_path / "plain.csv", "filename", *names))
    for n, row in enumerate((",0,ang,,,", ",1,ang,dis,50.0,50.0", ",1,,,,", ",,,,70,30"), start=1):
        notes: list[str] = []
        columns = "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience"
        clips = read_clips(train, write(tmp_path / f"{n}.csv", columns, *(t + row for t in names)), note=notes.append)
        for one, two in zip(vars(clips).values(), vars(plain).values(), strict=True):
            np.testing.assert_array_equal(one, two)
        assert len(notes) == 1


def test_letters_with_marks_have_one_form(tmp_path: Path) -> None:
    rows = [f"Zo{form}_1,Zo{form},0,ang,,,,,{fold}" for form, fold in (("e\u0308", 0), ("x", 1))]
    assert read_clips(write(tmp_path / "a.csv", HEADER, *rows), None).filename.tolist() == ["Zo\u00eb_1", "Zox_1"]
    twice = [*rows, "Zo\u00eb_1,Zo\u00eb,0,ang,,,,,0"]
    with pytest.raises(DataError, match="a clip must have one row"):
        read_clips(write(tmp_path / "b.csv", HEADER, *twice), None)
