from pathlib import Path

import pytest

from blemore_cli.core.config import Config, DataConfig, TrainConfig
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.data.index_file import write_index
from blemore_cli.experiments.unit import LOG, Unit, train_unit
from blemore_cli.training.checkpoint import load_checkpoint


def unit(table: FeatureTable, folder: Path, fold: int) -> Unit:
    encoder = EncoderFeatures("voice", table.features[1], table.present[:, 1], "audio", "x", "static", "0" * 64)
    write_index(folder / "index.h5", table.clips, [encoder])
    config = Config(data=DataConfig(index=folder / "index.h5"), train=TrainConfig(max_epochs=1, device="cpu"))
    return Unit(config, fold, 3, folder / "checkpoints" / f"seed3-fold{fold}")


def test_a_unit_is_on_disk_as_a_whole(tiny_table: FeatureTable, tmp_path: Path) -> None:
    work = unit(tiny_table, tmp_path, 2)
    assert not work.is_done
    assert train_unit(work) == work.folder
    assert work.is_done
    assert sorted(path.name for path in work.folder.iterdir()) == [LOG, "model.json", "model.safetensors"]
    assert list(work.folder.parent.iterdir()) == [work.folder]
    checkpoint = load_checkpoint(work.folder)
    assert (checkpoint.fold, checkpoint.seed, checkpoint.encoders) == (2, 3, ("voice",))


def test_a_failing_unit_leaves_nothing(tiny_table: FeatureTable, tmp_path: Path) -> None:
    work = unit(tiny_table, tmp_path, 9)
    with pytest.raises(DataError, match="got 9"):
        train_unit(work)
    assert not work.folder.parent.exists()
