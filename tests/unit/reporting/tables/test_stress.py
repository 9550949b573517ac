import csv
import io

from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.tables.stress import stress_csv, stress_latex, stress_title


def test_csv_has_a_row_a_result_and_reads_back(stressed: Stress) -> None:
    rows = list(csv.DictReader(io.StringIO(stress_csv(stressed))))
    assert len(rows) == len(stressed.results)
    assert list(rows[0])[:7] == ["kind", "share", "arm", "also_trained", "score", "ci95_low", "ci95_high"]
    third = rows[3]
    assert (third["arm"], third["also_trained"], third["precision"]) == ("learned, trained with failures", "1", "0.81")
    assert (third["auc_ci95_low"], third["auc_ci95_high"]) == ("0.85", "0.95")
    assert (rows[0]["precision"], rows[0]["precision_ci95_low"], rows[0]["gain"]) == ("", "", "")


def test_latex_and_title_say_how_it_was_done(stressed: Stress) -> None:
    text = stress_latex(stressed)
    assert text.count(r" \\") == 1 + len(stressed.results)
    assert "432 clips of 6 actors" in text
    assert "0.780--0.840" in text
    assert "features standardised within each split" in stress_title(stressed)
