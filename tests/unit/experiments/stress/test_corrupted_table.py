from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from blemore_cli.core.choices import FailureKind
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.stress.corrupted_table import Condition, raw_table, with_failures


@pytest.mark.parametrize("kind", get_args(FailureKind))
def test_failures_are_of_labelled_clips_and_repeat(kind: FailureKind, tiny_table: FeatureTable) -> None:
    condition = Condition(kind, 0.5)
    (table, failed), (again, _) = (with_failures(tiny_table, condition) for _ in range(2))
    assert not failed[tiny_table.clips.is_test].any()
    assert not (failed & ~tiny_table.present).any()
    assert 0.35 < failed[~tiny_table.clips.is_test].mean() < 0.5  # one of three stays
    for column, (x, before, repeated) in enumerate(
        zip(table.features, tiny_table.features, again.features, strict=True)
    ):
        np.testing.assert_array_equal(x, repeated)
        changed = ~((x == before) | (np.isnan(x) & np.isnan(before))).all(axis=1)
        np.testing.assert_array_equal(changed, failed[:, column])
    np.testing.assert_array_equal(table.present, tiny_table.present & ~(failed & (kind == "missing")))


def test_failures_belong_to_an_encoder_whatever_the_others_are(tiny_table: FeatureTable) -> None:
    few = replace(
        tiny_table, names=("noise", "voice"), features=tiny_table.features[:0:-1], present=tiny_table.present[:, :0:-1]
    )
    whole, part = (with_failures(each, Condition("noise", 0.1))[0].features for each in (tiny_table, few))
    differs = (whole[1] != part[1]).any(axis=1)
    assert differs.mean() < 0.02  # another one may be that which stays
    other = with_failures(tiny_table, Condition("noise", 0.1, seed=1))[0].features
    assert (whole[1] != other[1]).any(axis=1).mean() > 0.1


def test_named_encoders_alone_fail_and_a_share_of_none_changes_nothing(tiny_table: FeatureTable) -> None:
    table, failed = with_failures(tiny_table, Condition("swap", 1.0, ("voice",)))
    assert failed.any(axis=0).tolist() == [False, True, False]
    assert table.features[0] is tiny_table.features[0]
    assert not with_failures(tiny_table, Condition("swap", 0.0))[1].any()
    lonely = replace(tiny_table, names=("face",), features=tiny_table.features[:1], present=tiny_table.present[:, :1])
    with pytest.raises(UsageError, match="needs two encoders"):
        with_failures(lonely, Condition("noise", 0.5))


def test_test_clips_are_read_where_persons_need_them(project: Config) -> None:
    index = read_index(project.data.index)
    assert len(raw_table(index, (), "split").clips) == 300
    assert len(raw_table(index, (), "person").clips) == 300  # nobody knows who is seen in them
