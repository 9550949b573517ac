"""Terminal views of a search of settings: the comparison in words, figures, and the choice of each fold."""

from rich.console import RenderableType
from rich.text import Text

from blemore_cli.cli.views.column_table import column_table
from blemore_cli.experiments.runs.tuning_file import Tuning
from blemore_cli.reporting.tables.tuning import SCORES, WINNERS, scored_settings, settings_text


def tuning_views(tuning: Tuning) -> list[RenderableType]:
    """All views, in the order of reading."""
    seeds = f"{len(tuning.seeds)} seed{'s' * (len(tuning.seeds) != 1)}"
    by = " for each fold, proposed by TPE" if tuning.sampler == "tpe" else ""
    title = (
        f"{tuning.run}: {tuning.trials} trials{by}, out-of-fold accuracy of {tuning.n_clips} clips of "
        f"{tuning.n_actors} actors, {seeds}; intervals over actors"
    )
    choice = "the same trial" if tuning.agree else f"{len({winner.trial for winner in tuning.winners})} trials"
    views: list[RenderableType] = [
        Text(f"{tuning.sentence}.\n"),
        column_table(title, SCORES, scored_settings(tuning)),
        column_table(f"\nchoice of the inner folds: {choice}", WINNERS, tuning.winners),
        Text(
            f"\nfor the test clips, by all inner folds: {settings_text(tuning.best)}\n"
            f"Its Score on the inner folds, {tuning.inner_score:.3f}, chose it and is optimistic."
        ),
    ]
    if tuning.failed:
        reasons = "".join(f"\n  trial {number}: {reason}" for number, reason in tuning.failed.items())
        views.append(Text(f"\nfailed trials{reasons}"))
    return views
