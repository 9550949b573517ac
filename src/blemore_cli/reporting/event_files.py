"""TensorBoard event files of a finished run.

`tensorboard --logdir runs` then compares runs. They are the one output that is not the same to the byte when it is made
again: an event has the time at which it was written.
"""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import entropy

from blemore_cli.core.config.file import dump_config, relative_to
from blemore_cli.core.errors import UsageError
from blemore_cli.core.files import replacing_folder
from blemore_cli.core.optional_package import check_installed
from blemore_cli.core.types import Floats
from blemore_cli.evaluation.scoring.metrics import METRICS
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.tables import LOG, EncoderTable, Records, read_log, read_weights

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FOLDER: Final = "tensorboard"
EVENTS: Final = "events.out.tfevents."
LOSSES: Final = {"loss": "loss/train", "held_out_loss": "loss/held_out"}
"""The tag of each loss in the log."""


def check_tensorboard() -> None:
    """Refuses to promise event files that could not be written.

    Raises:
        UsageError: If the package tensorboard is not installed.
    """
    check_installed("tensorboard", "--tensorboard", extra="tensorboard", otherwise="leave the option out")


def check_event_folder(run: RunFolder) -> None:
    """Refuses to replace a folder of other files by event files.

    Raises:
        UsageError: Naming one of them.
    """
    folder = run.path / FOLDER
    foreign = [path for path in folder.rglob("*") if not path.is_dir() and not path.name.startswith(EVENTS)]
    if foreign or (os.path.lexists(folder) and not folder.is_dir()):
        raise UsageError(
            f"{folder} must hold event files alone to be replaced, got {foreign[0].name if foreign else 'a file'}",
            fix="Move it away, or leave --tensorboard out.",
        )


def write_event_files(run: RunFolder) -> Path:
    """Writes the event files of a finished run, or of each of its arms, in place of those that are there.

    In the folder of a model there is one folder for each training, whose losses have epochs as their steps, and one for
    each seed, with statistics of the fusion weights whose steps are folds. The figures in the model's own folder have
    folds as their steps, too.

    Args:
        run: A run of `train`, `cv`, `ablate` or `baseline`.

    Returns:
        The folder `tensorboard` of the run.

    Raises:
        UsageError: If other files are in that folder.
        ArtefactError: If an artefact is missing or damaged.
    """
    check_event_folder(run)
    folder = run.path / FOLDER
    with replacing_folder(folder) as temporary:
        if run.has_arms:
            for arm in sorted(path for path in (run.path / ARMS).iterdir() if RunFolder(path).is_finished):
                _write_model(RunFolder(arm), temporary / arm.name)
        else:
            _write_model(run, temporary)
        for path in list(temporary.rglob(f"{EVENTS}*")):
            path.rename(path.with_name(_without_host(path.name)))
    return folder


def _without_host(name: str) -> str:
    """The name of an event file without that of this machine, which stands between the time and two numbers.

    Examples:
        >>> _without_host("events.out.tfevents.1764000000.my.host.17.0")
        'events.out.tfevents.1764000000.0'
    """
    time, *_, number = name.removeprefix(EVENTS).split(".")
    return f"{EVENTS}{time}.{number}"


def _write_model(run: RunFolder, folder: Path) -> None:
    metrics = read_metrics(run)
    with _writer(folder) as writer:
        writer.add_text("protocol", metrics.protocol)
        writer.add_text("config", f"```yaml\n{dump_config(relative_to(run.config(), run.path))}```")
        for figure in METRICS:
            writer.add_scalar(f"out_of_fold/{figure}", getattr(metrics.oof, figure))
            for fold in metrics.folds:
                writer.add_scalar(f"out_of_fold_by_fold/{figure}", getattr(fold, figure), fold.fold)
    _write_losses(read_log(run.path / LOG), folder)
    tables = {"oof": read_weights(run.path / "gate_oof.csv")}
    if (of_test := run.path / "gate_test.csv").is_file():
        tables["test"] = read_weights(of_test)
    _write_weights(tables, folder)


def _write_losses(records: Records, folder: Path) -> None:
    trainings = defaultdict(list)
    for record in records:
        trainings[f"seed{record['seed']}/fold{record['fold']}/{record['stage'].replace(' ', '_')}"].append(record)
    for name, epochs in trainings.items():
        with _writer(folder / name) as writer:
            for record in epochs:
                for key in LOSSES.keys() & record.keys():
                    writer.add_scalar(LOSSES[key], record[key], record["epoch"])


def _write_weights(tables: Mapping[str, EncoderTable], folder: Path) -> None:
    for seed in np.unique(tables["oof"].seed):
        with _writer(folder / f"seed{seed}") as writer:
            for split, table in tables.items():
                for fold in np.unique(table.fold[table.seed == seed]):
                    rows = (table.seed == seed) & (table.fold == fold)
                    _write_gate(writer, f"gate_{split}", table.encoders, table.values[rows], int(fold))


def _write_gate(writer: "SummaryWriter", tag: str, encoders: Sequence[str], weights: Floats, fold: int) -> None:
    """Number kept, entropy of the weights in nats, share of the clips that keep each encoder, and its weights."""
    kept = weights > 0
    writer.add_scalar(f"{tag}/n_kept", kept.sum(axis=1).mean(), fold)
    writer.add_scalar(f"{tag}/weight_entropy_nats", entropy(weights, axis=1).mean(), fold)
    for name, share, column in zip(encoders, kept.mean(axis=0), weights.T, strict=True):
        writer.add_scalar(f"{tag}_kept/{name}", share, fold)
        writer.add_histogram(f"{tag}_weight/{name}", column, fold)


def _writer(folder: Path) -> "SummaryWriter":
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(folder)
