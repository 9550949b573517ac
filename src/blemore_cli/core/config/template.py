"""The commented `blemore.yaml` that `init` writes."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import ConfigError
from blemore_cli.core.files import write_text

TEMPLATE: Final = """\
# Project file of blemore. Relative paths are relative to this file.
# Override a key for one command with --set section.key=value.

runs: runs                      # folder of the runs

data:
  features: {features}  # files, folders of one encoder, folders of encoders
  train_metadata: {train_metadata}
  test_metadata: {test_metadata}  # null: there are no test clips
  index: index.h5               # one file for all features and labels
  aggregate: stats7             # stats7 | meanstd | mean | none: how frames become one row
  missing: error                # error | mask: where an encoder lacks a clip

model:
  selection: learned            # learned | random | fixed | full | mean
  top_n: 3                      # encoders kept for each clip, or auto
  d_latent: 32                  # width of the shared latent space
  d_gate: 16                    # width of the gate's own projection
  gate_view: []                 # encoders that the gate reads; empty: each that it scores
  dropout: 0.4                  # share of the fused latents dropped in training
  encoders: []                  # use these only; empty means all

train:
  seed: 0
  max_epochs: 20                # the inner folds choose how many of them are used
  batch_size: 64
  learning_rate: 4e-3
  weight_decay: 1.0
  standardize: split            # split | global | person: by fold and test clips, by the training clips, by person
  device: auto                  # auto | cpu | cuda
  jobs: 0                       # processes; 0 is one for each core

adapt:
  shift: drop                   # drop | downweight | none: encoders whose predicted clips look unlike the training's
  method: none                  # none | coral | mmd | dann: to the features of the clips that are predicted

decode:
  method: expected_score        # expected_score | thresholds (the organisers')
"""


def write_project_file(
    path: Path, *, features: Sequence[Path], train_metadata: Path | None, test_metadata: Path | None
) -> list[str]:
    """Writes a project file. Paths that are given must exist; relative ones are rewritten relative to it.

    Those that are not given are the usual names beside it; test metadata only if they are there.

    Returns:
        What its reader should know.

    Raises:
        ConfigError: If the file exists, or a given path does not.
    """
    if path.exists():
        raise ConfigError(f"{path} exists and is not overwritten", fix="Edit it, or delete it first.")
    for given in (*features, train_metadata, test_metadata):
        if given is not None and not given.exists():
            raise ConfigError(f"paths of a project must exist, and {given} does not", fix="Correct the path.")
    usual = path.parent / "test_metadata.csv"
    test = test_metadata or (usual if usual.exists() else None)
    where = [_seen_from(path.parent, each) for each in features] or ["features"]
    text = TEMPLATE.format(
        features=json.dumps(where, ensure_ascii=False),
        train_metadata=_quoted(path.parent, train_metadata or path.parent / "train_metadata.csv"),
        test_metadata=_quoted(path.parent, test) if test else "null",
    )
    write_text(path, text)
    missing = f"no test metadata were given and {usual} is not there, so there are no test clips to submit"
    return [] if test else [f"{missing}; set data.test_metadata when you have them"]


def _seen_from(folder: Path, path: Path) -> str:
    return str(path) if path.is_absolute() else os.path.relpath(path, folder)


def _quoted(folder: Path, path: Path) -> str:
    return json.dumps(_seen_from(folder, path), ensure_ascii=False)
