from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import UNLABELLED
from blemore_cli.data.metadata.name_conflicts import check_names, check_spelling_of_actors


def check(clip: str, actor: str, code: str) -> None:
    table = pd.DataFrame({"filename": [clip], "clip": [clip]})
    label = LABEL_CODES.index(code) if code else UNLABELLED
    check_names(table, Path("train.csv"), pd.Series([actor]), np.array([label]))


@pytest.mark.parametrize(
    ("clip", "actor", "code"),
    [
        ("A102_ang_int1_ver1", "A102", "ang"),
        ("A102_ang_int1_ver1", "", ""),
        ("A411_mix_ang_hap_30_70_ver1", "A411", "ang_hap_30_70"),
        ("A411_mix_hap_ang_70_30_ver1", "A411", "ang_hap_30_70"),
        ("clip_001", "A1", "sad"),
        ("test_0001", "person-01", ""),
        ("1001_DFA_ANG_XX", "1001", "hap"),
        ("A102_ang_int1", "A1", "hap"),
        ("A102_ang_int1_ver1_flipped", "A1", "hap"),
        ("S1_joy_int1_ver1", "S2", "hap"),
        ("A1_mix_ang_hap_60_40_ver1", "A2", "sad"),
        ("vidA_sequence_0001", "A1", "neu"),
    ],
)
def test_names_that_agree_or_say_nothing_are_accepted(clip: str, actor: str, code: str) -> None:
    check(clip, actor, code)


@pytest.mark.parametrize(
    ("clip", "actor", "code", "readings"),
    [
        ("A102_ang_int1_ver1", "A102", "hap", "hap where the name has ang in line 2"),
        ("A102_ang_int1_ver1", "A103", "ang", "A103 where the name has A102"),
        ("A102_ang_int1_ver1", "A103", "hap", "A103 where the name has A102 and hap where the name has ang"),
        ("A102_ang_int1_ver1", "A103", "", "A103 where the name has A102"),
        ("A102_ang_int1_ver1", "102", "ang", "102 where the name has A102"),
        ("A411_mix_ang_hap_30_70_ver1", "A411", "ang_hap_70_30", "ang_hap_70_30 where the name has ang_hap_30_70"),
        ("A411_mix_ang_hap_30_70_ver1", "A411", "ang", "ang where the name has ang_hap_30_70"),
    ],
)
def test_contradictions_name_both_readings(clip: str, actor: str, code: str, readings: str) -> None:
    with pytest.raises(DataError, match=f"train.csv: .*got {readings}.*\\({clip}\\)") as caught:
        check(clip, actor, code)
    assert "--allow-name-conflicts" in caught.value.fix


@pytest.mark.parametrize("other", ["a101", "A 101", "A101 ", "\uff21101"])
def test_actors_that_differ_by_spelling_alone_are_refused(other: str) -> None:
    with pytest.raises(DataError, match=r"t.csv: .*'A101' and ") as caught:
        check_spelling_of_actors(["A101", "A102", other, "A101"], "t.csv")
    assert "different persons" in caught.value.fix
    check_spelling_of_actors(["A101", "A102", "", "A101", "A-101"], "t.csv")
