"""Page table of what errors of an identification cost."""

from collections.abc import Sequence

from blemore_cli.experiments.runs.persons_file import PersonsCost
from blemore_cli.reporting.page.table import PageTable, page_table
from blemore_cli.reporting.tables.column import of_part
from blemore_cli.reporting.tables.persons import RESULTS


def persons_table(costs: Sequence[PersonsCost]) -> PageTable:
    """A row for each kind of persons of each run."""
    rows = [(cost.run, result) for cost in costs for result in cost.results]
    return page_table(of_part(lambda row: row[1], RESULTS), rows, of=lambda row: row[0])
