"""Options of `blemore stress`: what fails, how, and for how many clips."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from blemore_cli.cli.completion import complete_encoders
from blemore_cli.cli.options.parsed_options import comma_separated, one_of
from blemore_cli.core.choices import FailureKind
from blemore_cli.core.errors import UsageError

if TYPE_CHECKING:
    from blemore_cli.experiments.stress.stress import StressPlan

KINDS: tuple[FailureKind, ...] = get_args(FailureKind)


@dataclass(frozen=True)
class FailureOptions:
    """The failures that are simulated."""

    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="How encoders fail: noise, noise of the usual energy (matched), the view of another clip (swap), "
            "absence, or a shift; several with commas.",
            metavar=f"[{'|'.join(KINDS)}],...",
            show_default="all",
        ),
    ] = None
    share: Annotated[
        list[str] | None,
        typer.Option(
            help="Share of the clips for which each encoder fails; several with commas.",
            metavar="X,...",
            show_default="0,.1,.25,.5",
        ),
    ] = None
    encoders: Annotated[
        list[str] | None,
        typer.Option(
            help="Encoders that may fail.", metavar="A,B,...", show_default="all", autocompletion=complete_encoders
        ),
    ] = None
    also_train: Annotated[
        bool, typer.Option("--also-train", help="Train models with the failures as well, in a run of their own.")
    ] = False
    seed: Annotated[int, typer.Option(help="Seed of the failures.", min=0)] = 0

    def plan(self) -> "StressPlan":
        """The stress test that the options ask for.

        Raises:
            UsageError: If a kind is unknown, or a share is not in [0, 1].
        """
        from blemore_cli.experiments.stress.stress import StressPlan

        kinds = tuple(one_of(KINDS, text, "--kind") for text in comma_separated(self.kind or KINDS, "--kind"))
        shares = tuple(sorted(set(map(_share, comma_separated(self.share or ["0,.1,.25,.5"], "--share")))))
        encoders = tuple(comma_separated(self.encoders or (), "--encoders"))
        return StressPlan(kinds, shares, encoders, self.seed, self.also_train)


def _share(text: str) -> float:
    """A share, also as a per cent such as `25%`."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise UsageError(f"--share is made of numbers from 0 to 1, got {text!r}", fix="Correct --share.")
    return share
