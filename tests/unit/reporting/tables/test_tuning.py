import io

import pandas as pd
import pytest

from blemore_cli.experiments.runs.tuning_file import TrialResults, Tuning
from blemore_cli.reporting.tables.column import texts
from blemore_cli.reporting.tables.tuning import SCORES, WINNERS, scored_settings, settings_text, trials_csv


def test_rows_are_the_project_and_the_choice(tuned: Tuning) -> None:
    rows = texts(SCORES, scored_settings(tuned))
    assert [row[3] for row in rows] == ["0.200", "0.210"]
    assert texts(WINNERS, tuned.winners)[1] == ["1", "0", "2.400", "0.220", settings_text({})]


def test_every_trial_is_a_row(trial_results: TrialResults) -> None:
    table = pd.read_csv(io.StringIO(trials_csv(trial_results)))
    assert table["trial"].tolist() == [0, 1, 2]
    assert table["model.top_n"].tolist()[1:] == [2, 1]
    assert table["inner_score"].tolist()[:2] == pytest.approx([0.21, 0.24])
    assert table["failed"].tolist()[2] == "its training diverged"
