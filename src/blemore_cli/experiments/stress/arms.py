"""Arms of a finished run whose models are put to a stress test."""

from collections.abc import Sequence
from dataclasses import dataclass

from blemore_cli.core.choices import Standardize
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError, listed
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.ablation_file import read_ablation
from blemore_cli.experiments.runs.folder import ARMS, RunFolder

TableKey = tuple[tuple[str, ...], Standardize]
"""What determines the feature table of an arm, beside the index."""


@dataclass(frozen=True)
class StressedArm:
    """Trained fold models of one configuration.

    Attributes:
        run: Its run folder, whose name is that of the arm.
        config: The configuration that it was trained with.
        encoders: The encoders that it reads.
    """

    run: RunFolder
    config: Config
    encoders: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the arm, or of a run without arms."""
        return self.run.name

    @property
    def table_key(self) -> TableKey:
        """Arms with the same key read the same features."""
        return self.encoders, self.config.train.standardize


def stressed_arms(run: RunFolder, index: Index) -> list[StressedArm]:
    """The arms of a run, the reference first, without those of a single encoder; a run without arms is one itself.

    Raises:
        UsageError: If no arm has two encoders: one has to stay sound.
    """
    folders = [run]
    if run.has_arms:
        ablation = read_ablation(run)
        names = sorted((arm.name for arm in ablation.arms), key=lambda name: name != ablation.reference)
        folders = [RunFolder(run.path / ARMS / name) for name in names]
    configs = [folder.config() for folder in folders]
    arms = [
        StressedArm(folder, config, tuple(config.model.encoders or index.encoders))
        for folder, config in zip(folders, configs, strict=True)
    ]
    several = [arm for arm in arms if len(arm.encoders) > 1]
    if not several:
        raise UsageError(
            f"a stress test needs two encoders, of which one at least stays sound, and {run.name} has "
            f"{listed(sorted({name for arm in arms for name in arm.encoders}))} alone",
            fix="Name a run of several encoders with --run, or train one.",
        )
    return several


def left_out_note(run: RunFolder, arms: Sequence[StressedArm]) -> list[str]:
    """A sentence that names the arms of a run that have one encoder alone; nothing without such."""
    names = [arm.name for arm in read_ablation(run).arms] if run.has_arms else []
    left_out = [name for name in names if name not in {arm.name for arm in arms}]
    return [f"left out, as the one encoder of an arm has to stay sound: {listed(left_out)}"] if left_out else []


def check_failing_encoders(arms: list[StressedArm], encoders: tuple[str, ...]) -> None:
    """Refuses encoders that no arm reads.

    Raises:
        UsageError: Naming them, and those that there are.
    """
    known = sorted({name for arm in arms for name in arm.encoders})
    if unknown := [name for name in encoders if name not in known]:
        raise UsageError(
            f"--encoders are encoders of the run ({', '.join(known)}), got {listed(unknown)}", fix="Correct --encoders."
        )
