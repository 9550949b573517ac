"""Terminal views of a stress test: its table, and a sentence for each kind and arm."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from blemore_cli.cli.views.column_table import column_table
from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.tables.stress import RESULTS, stress_title


def stress_views(stress: Stress) -> list[RenderableType]:
    """All views, in the order of reading."""
    views: list[RenderableType] = [column_table(stress_title(stress), RESULTS, stress.results)]
    if stress.sentences:
        lines = (Padding(Text(f"{sentence}."), (0, 0, 0, 2), expand=False) for sentence in stress.sentences)
        views.append(Group(Text("\nin words"), *lines))
    return views
