from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.page.figures.stress_figure import stress_figure, stress_table


def test_a_panel_a_kind_and_a_key(stressed: Stress) -> None:
    figure = stress_figure(stressed)
    assert figure.of == "arms"
    assert figure.svg.count(">share of clips</text>") == len(stressed.kinds)
    assert figure.svg.count(">Score</text>") == 1  # beside the first panel of the row
    for name in (*stressed.kinds, *stressed.lines):
        assert f">{name}</text>" in figure.svg
    assert figure.svg.count('class="curve-a"') == len(stressed.kinds) + 1


def test_the_conclusion_is_of_the_worst_failure(stressed: Stress) -> None:
    assert stress_figure(stressed).conclusion == (
        "learned loses most by noise at a share of 0.5: 0.180, -0.040 against no failure; 0.810 of what it keeps is "
        "sound, chance 0.500. The highest Score there is that of learned, trained with failures, 0.200."
    )
    sound = stressed.model_copy(update={"results": stressed.results[:2]})
    assert stress_figure(sound).conclusion == "Nothing failed."
    missing = stressed.model_copy(update={"results": stressed.results[5:8:2]})
    assert stress_figure(missing).conclusion == (
        "learned loses most by missing at a share of 0.5: 0.210, -0.010 against no failure."
    )


def test_the_table_names_the_run_of_each_row(stressed: Stress) -> None:
    table = stress_table([stressed])
    assert {run for run, _ in table.rows} == {"arms"}
    assert table.rows[0][1][:3] == ["noise", "0", "learned"]
