"""Start of a run: a new folder, or an unfinished one that keeps its command, configuration, index, slots and device."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from blemore_cli.core.config.file import dump_config, normal_paths, relative_to
from blemore_cli.core.config.schema import SECTIONS, Config
from blemore_cli.core.errors import ArtefactError, UsageError, listed
from blemore_cli.core.files import write_text
from blemore_cli.experiments.runs.folder import (
    CONFIG,
    DEVICE,
    INDEX,
    KIND,
    LATEST,
    NAME_PATTERN,
    SLOTS,
    RunFolder,
    has_effect,
    run_folders,
)
from blemore_cli.training.device import choose_device, device_name


def start_run(root: Path, config: Config, *, kind: str, name: str | None, resume: bool) -> RunFolder:
    """Opens a new run folder, or an unfinished one that is to be resumed.

    Args:
        root: Folder of all runs.
        config: The resolved configuration, which a resumed run must share.
        kind: Prefix of an automatic name, such as `train`.
        name: Name of the run; None takes the next number, or with `resume` the newest unfinished run.
        resume: Go on with what is there; a run that is not there yet is started.

    Raises:
        ArtefactError: If the folder exists and `resume` is off, if its configuration differs, or if another process is
            at work on it.
    """
    if name is not None and (not NAME_PATTERN.fullmatch(name) or name == LATEST):
        raise UsageError(
            f"a run's name is made of letters, digits and _.+- and is not {LATEST!r}, got {name!r}",
            fix="Choose another --name.",
        )
    run = RunFolder(root / (name or _automatic_name(root, kind, resume=resume)))
    try:
        run.path.mkdir(parents=True, exist_ok=resume)
    except FileExistsError:
        if name is None:  # another process has taken the number in this moment
            return start_run(root, config, kind=kind, name=None, resume=resume)
        with run.locked():  # if another process is at work on it, that is the error
            state = "finished" if run.is_finished else "unfinished"
            raise ArtefactError(
                f"a run is never overwritten, and {run.path} holds one that is {state}",
                fix="Choose another --name, go on with --resume, or delete the folder.",
            ) from None
    except OSError as error:
        raise ArtefactError(f"{run.path} must be a folder to write to: {error.strerror}", fix="Check runs.") from error
    try:
        with run.locked():
            _settle_kind(run, kind)
            settle_config(run, config)
    except ArtefactError:
        with suppress(OSError):
            run.path.rmdir()  # nothing could be written: no unfinished run is left
        raise
    return run


def _settle_kind(run: RunFolder, kind: str) -> None:
    if not (run.path / KIND).is_file():
        write_text(run.path / KIND, kind + "\n")
    elif run.kind != kind:
        raise ArtefactError(
            f"`blemore {kind}` goes on with runs of its own, and {run.path} is one of `blemore {run.kind}`",
            fix="Choose another --name.",
        )


def settle_config(run: RunFolder, config: Config) -> None:
    """Writes the configuration of a run, or checks that the one that is there is the same.

    One that was written before some keys were there gets them, with the values that they have had since.

    Raises:
        ArtefactError: If it differs in more than the number of processes, or is damaged.
    """
    if not (run.path / CONFIG).exists():
        _write_config(run, config)
        return
    before, missing = run.config_and_missing_keys()
    _check_same_config(run, before, config)
    if missing and not run.has_checksums:
        _write_config(run, before)
    else:
        run.config()


def _write_config(run: RunFolder, config: Config) -> None:
    """Writes a configuration whose paths are relative to the run: who gets the run learns nothing of the machine."""
    write_text(run.path / CONFIG, dump_config(relative_to(config, run.path)))


def settle_index(run: RunFolder, sha256: str) -> None:
    """Writes the checksum of the index that a run is trained on, or checks that it is still this one.

    Raises:
        ArtefactError: If the index changed since: its models and inner predictions would be of two data sets.
    """
    path = run.path / INDEX
    if not path.is_file():
        write_text(path, sha256 + "\n")
    elif (before := path.read_text(encoding="utf-8", errors="replace").strip()) != sha256:
        raise ArtefactError(
            f"a resumed run keeps its index, whose sha256 in {path} is {before[:12]}..., got {sha256[:12]}...",
            fix="Restore the index that the run was begun with, or start a run of another --name.",
        )


def settle_slots(run: RunFolder, wanted: int | None, default: Callable[[], int]) -> int:
    """The number of processes that the stacks of a run are planned for, which its first start decides.

    Which models share a stack decides the rounding of their figures: a run that is resumed on a machine with more
    cores keeps the number, and so its bytes.

    Args:
        run: The run.
        wanted: The number that is asked for, if any.
        default: Gives it where none is; not called for a run that has its number.

    Raises:
        ArtefactError: If the file is damaged, or another number is asked for.
    """
    path = run.path / SLOTS
    if not path.is_file():
        slots = wanted or default()
        write_text(path, f"{slots}\n")
        return slots
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise ArtefactError(
            f"{path} must hold the number of processes that stacks are planned for, got {text[:20]!r}",
            fix="Restore it, or start a run of another --name.",
        )
    if wanted not in {None, int(text)}:
        raise ArtefactError(
            f"a resumed run keeps its slots, of which {path} has {text}, got --slots {wanted}",
            fix="Leave --slots out, or start a run of another --name.",
        )
    return int(text)


def settle_device(run: RunFolder, setting: str, *, is_here: bool) -> str:
    """The device of a run, as `cpu` or by the model of its GPU, which its first start decides.

    Figures of other devices are rounded otherwise: a run that was begun on a CPU goes on there where a GPU has come.

    Args:
        run: The run.
        setting: As in `train.device`.
        is_here: Whether models are trained on this machine; workers elsewhere are compared with the run's device.

    Returns:
        The device; empty where the first worker will decide it.

    Raises:
        ArtefactError: If the run was begun on a device that is not there.
        ConfigError: If the setting names a device that is not there.
    """
    path = run.path / DEVICE
    before = path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
    if not is_here or (before == "cpu" and setting == "auto"):
        return before
    here = device_name(choose_device(setting))
    if not before:
        note_device(run, here)
    elif before != here:
        raise ArtefactError(
            f"a resumed run keeps its device, of which {path} has {before[:60]!r}, and here it would be {here!r}",
            fix="Go on with it on a machine that has the device, or start a run of another --name.",
        )
    return here


def note_device(run: RunFolder, device: str) -> None:
    """Writes the device that a run was begun on."""
    write_text(run.path / DEVICE, device + "\n")


def _automatic_name(root: Path, kind: str, *, resume: bool) -> str:
    numbers = {int(match[1]): run for run in run_folders(root) if (match := re.fullmatch(rf"{kind}-(\d+)", run.name))}
    unfinished = [run.name for _, run in sorted(numbers.items()) if not run.is_finished]
    if resume and unfinished:
        return unfinished[-1]
    return f"{kind}-{max(numbers, default=0) + 1:03d}"


def _check_same_config(run: RunFolder, before: Config, config: Config) -> None:
    now, old = _effective(normal_paths(config)), _effective(before)
    changed = [key for key in now if old.get(key) != now[key]]
    if changed:
        flags = [f"--set {key}={old[key]}" for key in changed if isinstance(old.get(key), str | int | float)]
        same = f"Resume with {' '.join(flags)}" if len(flags) == len(changed) else "Resume with the same options"
        raise ArtefactError(
            f"a resumed run keeps its configuration, and {run.path / CONFIG} differs in {listed(changed)}",
            fix=f"{same}, or start a run of another --name.",
        )


def _effective(config: Config) -> dict[str, Any]:
    """What decides the results, by dotted key; where the runs are kept does not."""
    content = config.model_dump()
    values = {name: value for name, value in content.items() if name not in SECTIONS}
    values |= {f"{name}.{key}": value for name in SECTIONS for key, value in content[name].items()}
    return {key: value for key, value in values.items() if has_effect(key)}
