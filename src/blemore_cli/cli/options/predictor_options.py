"""Options of `blemore explain --predictors`: which groups of columns are shuffled, and how often."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from blemore_cli.cli.completion import complete_encoders
from blemore_cli.cli.options.parsed_options import comma_separated, one_of
from blemore_cli.core.choices import PredictorKind
from blemore_cli.core.errors import UsageError

if TYPE_CHECKING:
    from blemore_cli.experiments.explaining.predictors import PredictorPlan

KINDS: tuple[PredictorKind, ...] = get_args(PredictorKind)
PANEL = "Predictors"


@dataclass(frozen=True)
class PredictorOptions:
    """The groups of predictors that are compared."""

    predictors: Annotated[
        bool,
        typer.Option(
            "--predictors", help="Measure which columns of the encoders carry the prediction.", rich_help_panel=PANEL
        ),
    ] = False
    group: Annotated[
        str | None,
        typer.Option(
            help="Which columns are shuffled together: a whole encoder, a statistic, a column with all its "
            "statistics, or columns of one descriptor (AU12_r and AU12_c).",
            metavar=f"[{'|'.join(KINDS)}]",
            show_default="descriptor where columns have names, else statistic",
            rich_help_panel=PANEL,
        ),
    ] = None
    joint: Annotated[
        bool,
        typer.Option(
            "--joint",
            help="Shuffle groups of the same name in several encoders, and layers of one model, together.",
            rich_help_panel=PANEL,
        ),
    ] = False
    encoders: Annotated[
        list[str] | None,
        typer.Option(
            help="Encoders whose columns are shuffled.",
            metavar="A,B,...",
            show_default="all",
            autocompletion=complete_encoders,
            rich_help_panel=PANEL,
        ),
    ] = None
    repeats: Annotated[
        int | None,
        typer.Option(help="Shuffles of each seed's models.", min=1, show_default="3", rich_help_panel=PANEL),
    ] = None

    def plan(self) -> "PredictorPlan | None":
        """What the options ask for; None without `--predictors`.

        Raises:
            UsageError: If a kind is unknown, or there are options of `--predictors` without it.
        """
        given = {"--group": self.group, "--joint": self.joint, "--encoders": self.encoders, "--repeats": self.repeats}
        if not self.predictors:
            if stray := [flag for flag, value in given.items() if value]:
                raise UsageError(
                    f"{stray[0]} is an option of --predictors, which is not given", fix="Add --predictors."
                )
            return None
        from blemore_cli.experiments.explaining.predictors import PredictorPlan

        group = None if self.group is None else one_of(KINDS, self.group, "--group")
        encoders = tuple(comma_separated(self.encoders or (), "--encoders"))
        return PredictorPlan(group, self.joint, encoders, self.repeats or PredictorPlan.n_repeats)
