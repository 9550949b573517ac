"""Configurations that could not be trained are refused before anything is written."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, ConfigError, DataError, UsageError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import write_index
from blemore_cli.experiments.data_checks.trainable import check_trainable


def test_what_cannot_be_trained_is_refused_early(project: Config, tiny_table: FeatureTable) -> None:
    with pytest.raises(UsageError, match="got 9"):
        check_trainable(project, [9])
    with pytest.raises(ArtefactError, match="nope"):
        check_trainable(with_changes(project, {"model.encoders": ["nope"]}))
    with pytest.raises(ConfigError, match="cuda:99"):
        check_trainable(with_changes(project, {"train.device": "cuda:99"}))
    shared = np.where(tiny_table.clips.is_test, "", "A1")
    voice = EncoderFeatures("voice", tiny_table.features[1], tiny_table.present[:, 1], "av", "x", "static", "0" * 64)
    write_index(project.data.index, replace(tiny_table.clips, actor=shared), [voice])
    with pytest.raises(DataError, match="A1 on both sides"):
        check_trainable(project)
    assert check_trainable(with_changes(project, {"data.allow_actor_overlap": True})).encoders.keys() == {"voice"}
    project.data.index.unlink()
    with pytest.raises(ArtefactError, match="index"):
        check_trainable(project)


def test_persons_must_be_known_of_clips_that_are_predicted(project: Config) -> None:
    for key in ("train.standardize", "decode.match_prior"):
        config = with_changes(project, {key: "person"})
        with pytest.raises(DataError, match=rf"{key}=person needs .+ 20 of 320 clips have no person"):
            check_trainable(config)
        assert len(check_trainable(config, predicts_test=False).clips) == 320


def test_what_thresholds_decode_is_not_matched(project: Config) -> None:
    config = with_changes(project, {"decode.match_prior": "split", "decode.method": "thresholds"})
    with pytest.raises(ConfigError, match="got thresholds"):
        check_trainable(config)


@pytest.mark.parametrize("without", [{"train.second_stage": False}, {"train.protocol": "official"}], ids=str)
def test_a_number_that_nothing_can_tell_is_refused(project: Config, without: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="auto is learned in the second stage"):
        check_trainable(with_changes(project, {"model.top_n": "auto", **without}))
    check_trainable(with_changes(project, {"model.top_n": "auto", "model.selection": "full", **without}))
