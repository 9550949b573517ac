"""Option `--stale` of the commands that read an index."""

from typing import Annotated

import typer

from blemore_cli.core.choices import Stale

StaleOption = Annotated[Stale, typer.Option("--stale", help="What to do where files changed since `blemore index`.")]
