import io

from rich.console import Console

from blemore_cli.cli.views.tuning_views import tuning_views
from blemore_cli.experiments.runs.tuning_file import Tuning


def test_views_fit_80_columns_and_say_what_is_optimistic(tuned: Tuning) -> None:
    file = io.StringIO()
    for view in tuning_views(tuned):
        Console(file=file, width=80).print(view)
    text = file.getvalue()
    assert text.startswith(tuned.sentence)
    assert "choice of the inner folds: 2 trials" in text
    assert "0.240, chose it and is optimistic" in text
    assert "trial 2: its training diverged" in text
    assert max(map(len, text.splitlines())) <= 80
