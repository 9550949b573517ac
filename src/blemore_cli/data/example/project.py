"""Example project: a planted data set in the organisers' layout, its `blemore.yaml`, and the planted answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import ArtefactError, DataError, listed
from blemore_cli.core.files import write_text
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Strings
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.layouts import write_encoder
from blemore_cli.data.example.planting import PLANTED_ENCODERS, Planting, plant, planted_features
from blemore_cli.data.metadata.csv_table import read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS

PLANTED: Final = Path("planted") / "informative.csv"
"""Path of the answer, relative to the `blemore.yaml` of an example."""

OFFICIAL_COLUMNS: Final = (
    *("filename", "video_id", *LABEL_COLUMNS),
    *("intensity_level", "situation", "version", "fold"),
)

_PROJECT_FILE: Final = """\
# The example project: planted features in the organisers' layout. `planted/` holds the answer.
# Only what differs from the defaults is set here; `blemore init` writes a file with the usual keys.

data:
  features: [features]           # a folder of encoders: arrays, tables, and folders with a file for each clip
  train_metadata: train_metadata.csv
  test_metadata: test_metadata.csv
  aggregate: stats7              # frame-level encoders become seven statistics over time
  missing: mask                  # {gaps} lacks some clips: the model leaves it out for them
  modality:                      # otherwise guessed from the encoder's name
{modalities}

model:
  selection: learned             # the gate chooses encoders for each clip
  top_n: 3                       # as many as carry the label of a clip
"""


@dataclass(frozen=True)
class Example:
    """Paths of the parts of an example project.

    Attributes:
        folder: The project.
        config: Its `blemore.yaml`.
        train_metadata: Official metadata of the training clips.
        test_metadata: Names of the test clips.
        features: Folder of the encoders.
        test_labels: The answer: labels of the test clips, in the columns of the official metadata.
        informative: The answer: for each clip, which encoders carry its label.
    """

    folder: Path
    config: Path
    train_metadata: Path
    test_metadata: Path
    features: Path
    test_labels: Path
    informative: Path


def write_example(folder: Path, *, n_clips: int = 3050, seed: int = 0) -> Example:
    """Writes a planted data set of 58 actors and 12 encoders; the same seed gives the same bytes.

    Args:
        folder: New or empty folder.
        n_clips: Number of clips, at least one an actor (58).
        seed: Seed of everything that is drawn.

    Raises:
        ArtefactError: If the folder is not empty, or a file cannot be written.
        UsageError: If there are fewer clips than actors.
    """
    clips = design_clips(n_clips, seed)
    planting = plant(clips["label"].to_numpy(), PLANTED_ENCODERS, seed)
    example = Example(
        folder=folder,
        config=folder / "blemore.yaml",
        train_metadata=folder / "train_metadata.csv",
        test_metadata=folder / "test_metadata.csv",
        features=folder / "features",
        test_labels=folder / PLANTED.with_name("test_labels.csv"),
        informative=folder / PLANTED,
    )
    _make_folders(example)
    try:
        _write_tables(example, clips, planting.informative)
        _write_features(example.features, clips, planting, seed)
    except OSError as error:
        fix = f"Delete {folder}, make room, and try again."
        raise ArtefactError(f"{folder} must be writable: {error.strerror or error}", fix=fix) from error
    gaps = ", ".join(encoder.name for encoder in PLANTED_ENCODERS if encoder.missing_share)
    modalities = "\n".join(f"    {encoder.name}: {encoder.modality}" for encoder in PLANTED_ENCODERS)
    write_text(example.config, _PROJECT_FILE.format(gaps=gaps, modalities=modalities))
    return example


def read_informative(path: Path, filename: Strings, encoders: Sequence[str]) -> Bools:
    """Reads (N, E) which of E encoders carry the labels of N clips, as `write_example` has planted them.

    Raises:
        DataError: If a clip or an encoder is missing.
    """
    frame = read_table(path, ("filename", *encoders)).set_index("filename")
    if missing := [str(name) for name in filename if name not in frame.index]:
        raise DataError(
            f"{path}: the planted answer must have every clip of the index, got none for {listed(missing)}",
            fix="Move the file away if it is not of this index.",
        )
    return np.asarray(frame.loc[list(filename), list(encoders)].to_numpy() == "1")


def _make_folders(example: Example) -> None:
    try:
        example.folder.mkdir(parents=True, exist_ok=True)
        if any(example.folder.iterdir()):
            raise ArtefactError(f"an example needs an empty folder, and {example.folder} is not", fix="Name another.")
        example.features.mkdir()
    except OSError as error:
        raise ArtefactError(
            f"{example.folder} must be a folder to write to: {error.strerror}", fix="Name another."
        ) from error


def _write_tables(example: Example, clips: pd.DataFrame, informative: Bools) -> None:
    """Writes the metadata and the answer."""
    official, is_test = clips[[*OFFICIAL_COLUMNS]], clips["is_test"].to_numpy(dtype=bool)
    names = [encoder.name for encoder in PLANTED_ENCODERS]
    tables = {
        example.train_metadata: official[~is_test],
        example.test_metadata: official.loc[is_test, ["filename"]],
        example.test_labels: official[is_test].drop(columns="fold"),
        example.informative: pd.DataFrame(informative.astype(int), clips["filename"], names).reset_index(),
    }
    for path, table in tables.items():
        write_text(path, table.to_csv(index=False, lineterminator="\n"))


def _write_features(folder: Path, clips: pd.DataFrame, planting: Planting, seed: int) -> None:
    filename: Strings = clips["filename"].to_numpy(dtype=str)
    for position, encoder in enumerate(PLANTED_ENCODERS):
        features = planted_features(clips, planting, encoder, position, seed)
        present = planting.present[:, position]
        frames = numpy_generator(seed, "example", "frames", encoder.name)
        write_encoder(folder, encoder, filename[present], features[present], frames)
