"""Training of a run by fusion of latents and by fusion of evidence, on a planted example, in one process."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import blemore_cli as blemore
from blemore_cli.core.config.schema import Config

N_CLIPS, LEAST_CLIPS = 3050, 116
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


def race(seconds: Callable[[Callable[[], object]], float], n_clips: int) -> Iterator[tuple[str, float, float]]:
    """What, and the seconds of a run of `weighted` and of `evidence`."""
    with tempfile.TemporaryDirectory() as folder:
        config = planted(Path(folder), n_clips)
        trained(blemore.with_changes(config, {"train.max_epochs": 1}), "weighted")  # measures the encoders' shift, once
        latents, evidence = (seconds(partial(trained, config, fusion)) for fusion in ("weighted", "evidence"))
    yield f"a run of {n_clips} planted clips, fusion of evidence against that of latents", latents, evidence
