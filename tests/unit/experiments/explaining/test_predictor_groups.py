import numpy as np
import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.experiments.explaining.predictor_groups import EncoderColumns, descriptor, predictor_groups

FACE = EncoderColumns("face", ("mean", "std"), ("AU01_r", "AU01_c", "gaze_0_x", "gaze_1_y"), has_names=True)
DEEP = [EncoderColumns(f"wavlm.0{k}", ("mean", "std"), ("0", "1", "2"), has_names=False) for k in (6, 7)]
ROWS = EncoderColumns("rows", ("value",), ("0", "1"), has_names=False)


def test_each_encoder_has_the_finest_groups_that_names_allow() -> None:
    groups = predictor_groups([FACE, DEEP[0], ROWS])
    assert [group.name for group in groups] == ["face AU01", "face gaze", "wavlm.06 mean", "wavlm.06 std", "rows"]
    assert [group.kind for group in groups] == ["descriptor"] * 2 + ["statistic"] * 2 + ["encoder"]
    assert groups[0].columns[0].tolist() == [0, 1, 4, 5]  # of mean and of std
    assert groups[3].columns[1].tolist() == [3, 4, 5]
    for encoder, width in enumerate((8, 6, 2)):
        parts = [group.columns[encoder] for group in groups if encoder in group.columns]
        assert sorted(np.concatenate(parts).tolist()) == list(range(width))


def test_groups_of_one_name_are_one_where_joint() -> None:
    [mean, _] = predictor_groups(DEEP, "statistic", is_joint=True)
    assert (mean.name, {e: c.tolist() for e, c in mean.columns.items()}) == ("mean", {0: [0, 1, 2], 1: [0, 1, 2]})
    [model] = predictor_groups(DEEP, "encoder", is_joint=True)
    assert (model.name, len(model.columns)) == ("wavlm", 2)
    columns = predictor_groups([FACE, *DEEP], "column", chosen=["wavlm.07"])
    assert [group.name for group in columns] == ["wavlm.07 0", "wavlm.07 1", "wavlm.07 2"]
    assert columns[1].columns[2].tolist() == [1, 4]


def test_what_cannot_be_grouped_is_refused() -> None:
    with pytest.raises(UsageError, match=r"face, wavlm\.06.*got voice"):
        predictor_groups([FACE, DEEP[0]], chosen=["voice"])
    with pytest.raises(UsageError, match="by the names of columns"):
        predictor_groups(DEEP, "descriptor")
    wide = EncoderColumns("wide", ("value",), tuple(map(str, range(2001))), has_names=False)
    with pytest.raises(UsageError, match="2000 groups at most, and there are 2001"):
        predictor_groups([wide], "column")


def test_descriptors_of_common_tools() -> None:
    names = ("F0semitoneFrom27.5Hz_sma3nz_amean", "action_units_3", "au_3", "x_17", "7", "jawOpen")
    assert [descriptor(name) for name in names] == ["F0semitoneFrom27.5Hz", "AU03", "AU03", "x", "7", "jawOpen"]
