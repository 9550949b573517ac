"""Training of a run and of five arms by fusion of latents and by fusion of evidence, on a planted example."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import blemore_cli as blemore
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.ablation import run_ablation
from blemore_cli.experiments.execution.arms import Difference, configs_of

N_CLIPS, LEAST_CLIPS = 3050, 116
SELECTIONS = ("learned", "random", "fixed", "full", "mean")
QUICK = {"train.max_epochs": 1, "model.encoders": ["hicmae", "whisper"]}
"""Settings of a run that only shows that both sides work."""


def planted(folder: Path, n_clips: int) -> Config:
    """The configuration of a planted project with its index."""
    example = blemore.write_example(folder / "example", n_clips=max(n_clips, LEAST_CLIPS))
    config, _ = blemore.load_config(example.config)
    blemore.build_index(config.data, progress=lambda *_: None)
    return blemore.with_changes(config, {"train.jobs": 1} | (QUICK if n_clips < LEAST_CLIPS else {}))


def trained(config: Config, fusion: str) -> None:
    """Trains and scores a run of one seed."""
    config = blemore.with_changes(config, {"model.fusion": fusion})
    run = blemore.start_run(config.runs, config, kind="train", name=None, resume=False)
    blemore.cross_validate(config, run, seeds=[0], progress=lambda *_: None)


def compared(config: Config, fusion: str) -> None:
    """Trains and tests the five arms of `blemore ablate` with one seed; two, where it is only seen that both work."""
    config = blemore.with_changes(config, {"model.fusion": fusion})
    run = blemore.start_run(config.runs, config, kind="ablate", name=None, resume=False)
    arms: Mapping[str, Difference] = {
        name: {"model.selection": name} for name in SELECTIONS[: None if config.train.max_epochs > 1 else 2]
    }
    index = read_index(config.data.index)
    run_ablation(configs_of(config, arms), arms, run, index=index, seeds=[0], progress=lambda *_: None)


def race(seconds: Callable[[Callable[[], object]], float], n_clips: int) -> Iterator[tuple[str, float, float]]:
    """What, and the seconds of a run of `weighted` and of `evidence`."""
    with tempfile.TemporaryDirectory() as folder:
        config = planted(Path(folder), n_clips)
        trained(blemore.with_changes(config, {"train.max_epochs": 1}), "weighted")  # measures the encoders' shift, once
        for work, what in ((trained, "a run"), (compared, "five arms")):
            latents, evidence = (seconds(partial(work, config, fusion)) for fusion in ("weighted", "evidence"))
            yield f"{what} of {n_clips} planted clips, evidence against latents, CPU", latents, evidence
