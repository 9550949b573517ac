"""One unit of work: the model of one fold and seed, on disk as a whole or not at all."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from safetensors import SafetensorError

from blemore_cli.core.config import Config
from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.files import flush_to_disk
from blemore_cli.data.batches import FeatureTable, load_table
from blemore_cli.data.index_file import read_index
from blemore_cli.data.splits import Split, fold_splits
from blemore_cli.training.checkpoint import save_checkpoint
from blemore_cli.training.device import limit_threads
from blemore_cli.training.fold import train_fold

LOG: Final = "log.jsonl"


@dataclass(frozen=True)
class Unit:
    """What a worker needs to train one model; it reads the index itself, since handles do not travel.

    Attributes:
        config: The resolved configuration.
        fold: The fold to leave out.
        seed: The model's seed.
        folder: Where the model is kept; it appears when the model is complete.
    """

    config: Config
    fold: int
    seed: int
    folder: Path

    @property
    def is_done(self) -> bool:
        """Whether the model is on disk."""
        return self.folder.is_dir()


def train_unit(unit: Unit) -> Path:
    """Trains a unit's model and writes its folder."""
    limit_threads(unit.config.train.threads)
    table = load_table(read_index(unit.config.data.index), unit.config.model.encoders)
    records: list[dict[str, Any]] = []
    checkpoint = train_fold(table, _split(table, unit.fold), unit.config, seed=unit.seed, report=records.append)
    unit.folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=unit.folder.parent, prefix="."))
    try:
        save_checkpoint(temporary, checkpoint)
        (temporary / LOG).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        for file in temporary.iterdir():
            flush_to_disk(file)
        temporary.chmod(0o755)
        temporary.rename(unit.folder)
    except (OSError, SafetensorError) as error:
        if not unit.is_done:  # unless another process was quicker: the same unit, the same bytes
            raise ArtefactError(
                f"{unit.folder} must be writable: {error}", fix="Check permissions and free space, then --resume."
            ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return unit.folder


def _split(table: FeatureTable, fold: int) -> Split:
    splits = {split.fold: split for split in fold_splits(table.clips)}
    if fold not in splits:
        raise DataError(f"a fold is one of {', '.join(map(str, splits))}, got {fold}", fix="Correct --fold.")
    return splits[fold]
