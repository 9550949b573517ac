from tests.fixtures.persons import cost_of_persons

from blemore_cli.reporting.page.persons_table import persons_table


def test_a_row_for_each_kind_of_persons() -> None:
    table = persons_table([cost_of_persons()])
    assert [name for name, _ in table.rows] == ["within"] * 4
    assert table.names[:3] == ["persons", "of the actors", "Score"]
