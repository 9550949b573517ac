"""Example project: a planted data set in the organisers' layout, its `blemore.yaml`, and the planted answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_text
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Strings
from blemore_cli.data.example.answer import PLANTED
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.layouts import write_encoder
from blemore_cli.data.example.planting import PLANTED_ENCODERS, PlantedEncoder, Planting, plant, planted_features
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS

TRAIN_METADATA: Final = "train_metadata.csv"
TEST_METADATA: Final = "test_metadata.csv"
FEATURES: Final = "features"
OFFICIAL_COLUMNS: Final = (
    *("filename", "video_id", *LABEL_COLUMNS),
    *("intensity_level", "situation", "version", "fold"),
)

_PROJECT_FILE: Final = """\
# The example project: planted features in the organisers' layout. `planted/` holds the answer.
# Only what differs from the defaults is set here; `blemore init` writes a file with the usual keys.

data:
  features: [{features}]           # a folder of encoders: arrays, tables, and folders with a file for each clip
  train_metadata: {train_metadata}
  test_metadata: {test_metadata}
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

    Returns:
        The paths of its parts.

    Raises:
        ArtefactError: If the folder is not empty.
        UsageError: If there are fewer clips than actors.
    """
    clips = design_clips(n_clips, seed)
    planting = plant(clips["label"].to_numpy(), PLANTED_ENCODERS, seed)
    example = _parts_of(folder)
    _make_folders(example)
    _write_metadata(example, clips)
    _write_answer(example, clips, planting)
    _write_features(example.features, clips, planting, seed)
    write_text(example.config, _project_file(PLANTED_ENCODERS))
    return example


def _parts_of(folder: Path) -> Example:
    return Example(
        folder=folder,
        config=folder / "blemore.yaml",
        train_metadata=folder / TRAIN_METADATA,
        test_metadata=folder / TEST_METADATA,
        features=folder / FEATURES,
        test_labels=folder / PLANTED.with_name("test_labels.csv"),
        informative=folder / PLANTED,
    )


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


def _write_metadata(example: Example, clips: pd.DataFrame) -> None:
    is_test = clips["is_test"].to_numpy(dtype=bool)
    _write_csv(example.train_metadata, clips.loc[~is_test, [*OFFICIAL_COLUMNS]])
    _write_csv(example.test_metadata, clips.loc[is_test, ["filename"]])


def _write_answer(example: Example, clips: pd.DataFrame, planting: Planting) -> None:
    unfolded = [column for column in OFFICIAL_COLUMNS if column != "fold"]
    _write_csv(example.test_labels, clips.loc[clips["is_test"].to_numpy(dtype=bool), unfolded])
    names = [encoder.name for encoder in PLANTED_ENCODERS]
    informative = pd.DataFrame(planting.informative.astype(int), columns=names)
    informative.insert(0, "filename", clips["filename"])
    _write_csv(example.informative, informative)


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def _write_features(folder: Path, clips: pd.DataFrame, planting: Planting, seed: int) -> None:
    filename: Strings = clips["filename"].to_numpy(dtype=str)
    for position, encoder in enumerate(PLANTED_ENCODERS):
        features = planted_features(clips, planting, encoder, position, seed)
        present = planting.present[:, position]
        frames = numpy_generator(seed, "example", "frames", encoder.name)
        write_encoder(folder, encoder, filename[present], features[present], frames)


def _project_file(encoders: Sequence[PlantedEncoder]) -> str:
    return _PROJECT_FILE.format(
        features=FEATURES,
        train_metadata=TRAIN_METADATA,
        test_metadata=TEST_METADATA,
        gaps=", ".join(encoder.name for encoder in encoders if encoder.missing_share),
        modalities="\n".join(f"    {encoder.name}: {encoder.modality}" for encoder in encoders),
    )
