"""Shell completion of runs and encoders; where the project cannot be read, nothing is completed."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config


def complete_trained_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """Finished runs without arms, which predict the test clips."""
    names = complete_run(ctx, incomplete)
    with_arms = {name.partition("/")[0] for name in names if "/" in name}
    return [name for name in names if name.partition("/")[0] not in with_arms]


def complete_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """Finished runs, and the arms of those that compare arms."""
    from blemore_cli.experiments.runs.find import finished_names

    config = _project(ctx)
    return [name for name in finished_names(config.runs) if name.startswith(incomplete)] if config else []


def complete_encoder(ctx: typer.Context, incomplete: str) -> list[str]:
    """Encoders of the index."""
    from blemore_cli.core.errors import BlemoreError
    from blemore_cli.data.index.file import read_index

    config = _project(ctx)
    try:
        names = list(read_index(config.data.index).encoders) if config else []
    except BlemoreError:
        return []
    return [name for name in names if name.startswith(incomplete)]


def complete_encoders(ctx: typer.Context, incomplete: str) -> list[str]:
    """Encoders of the index in a list with commas: the last one, those before it left out."""
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in complete_encoder(ctx, last) if name not in before.split(",")]


def _project(ctx: typer.Context) -> "Config | None":
    from blemore_cli.core.config.file import load_config
    from blemore_cli.core.errors import BlemoreError

    try:
        return load_config(ctx.params.get("config"), ctx.params.get("overrides") or ())[0]
    except BlemoreError:
        return None
