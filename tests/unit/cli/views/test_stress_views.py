import io

from rich.console import Console

from blemore_cli.cli.views.stress_views import stress_views
from blemore_cli.experiments.runs.stress_file import Stress


def shown(stressed: Stress) -> str:
    file = io.StringIO()
    console = Console(file=file, width=80)
    for view in stress_views(stressed):
        console.print(view)
    return file.getvalue()


def test_the_table_and_the_sentences_fit_80_columns(stressed: Stress) -> None:
    text = shown(stressed)
    assert "arms: 2 of 3 encoders may fail" in text
    assert "0.810" in text
    assert "learned notices noise." in text
    assert max(map(len, text.splitlines())) <= 80
    assert "in words" not in shown(stressed.model_copy(update={"sentences": ()}))
