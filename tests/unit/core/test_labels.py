import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import (
    IS_BLEND,
    LABEL_CODES,
    LABELS,
    SALIENCE,
    SET_OF_LABEL,
    SETS,
    label_index,
)


def test_the_36_permitted_labels_in_the_contracts_order() -> None:
    assert LABEL_CODES[:9] == (
        "ang",
        "disg",
        "fea",
        "hap",
        "sad",
        "neu",
        "ang_disg_50_50",
        "ang_disg_70_30",
        "ang_disg_30_70",
    )
    assert LABEL_CODES[-1] == "hap_sad_30_70"
    assert len(set(LABEL_CODES)) == 36
    assert IS_BLEND.sum() == 30
    assert not any("neu" in code for code in LABEL_CODES[6:])


def test_arrays_describe_the_labels() -> None:
    np.testing.assert_allclose(SALIENCE.sum(1), 1)
    for position, label in enumerate(LABELS):
        assert SETS[SET_OF_LABEL[position]] == label.emotions
        assert label_index(dict(zip(label.emotions, label.saliences_pct, strict=True))) == position


@pytest.mark.parametrize(
    "saliences",
    [
        {},
        {"ang": 50},
        {"ang": 60, "hap": 40},
        {"ang": 0.7, "hap": 0.3},
        {"neu": 50, "sad": 50},
        {"joy": 100},
        {"ang": 70, "hap": 70},
        {"ang": 50, "hap": 30, "sad": 20},
        {"ang": float("nan")},
        {"ang": float("inf")},
    ],
)
def test_everything_else_is_refused(saliences: dict[str, float]) -> None:
    with pytest.raises(DataError):
        label_index(saliences)
