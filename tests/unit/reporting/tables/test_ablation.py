"""The CSV and LaTeX tables of an ablation."""

import csv
import re

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.tables.ablation import CHANGES, DIFFERENCES, NAME, ablation_csv, ablation_latex, arm_rows
from blemore_cli.reporting.tables.column import shown, texts

UNESCAPED = r"(?<!\\)"


def csv_rows(result: Ablation) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in csv.DictReader(ablation_csv(result).splitlines())}


def latex_rows(result: Ablation) -> list[list[str]]:
    body = ablation_latex(result).split("\\midrule\n")[1].split("\n\\bottomrule")[0]
    return [re.split(rf"{UNESCAPED} & ", line.removesuffix(r" \\")) for line in body.splitlines()]


def latex_header(result: Ablation) -> list[str]:
    return ablation_latex(result).split("\\toprule\n")[1].split(r" \\")[0].split(" & ")


def test_csv_numbers_read_back_exactly(ablation: Ablation) -> None:
    rows = csv_rows(ablation)
    for arm in ablation.arms:
        row = rows[arm.name]
        assert (float(row["score"]), float(row["ci95_low"]), float(row["ci95_high"])) == (arm.score, *arm.ci95)
    assert rows["random"]["difference"] == "model.selection=random"
    assert float(rows["random"]["actor_bootstrap_p_adjusted"]) == 3 * 0.0002
    assert float(rows["random"]["nadeau_bengio_p_value"]) == 0.0101


def test_csv_leaves_empty_what_does_not_exist(ablation: Ablation) -> None:
    rows = csv_rows(ablation)
    tested = [column for column in rows["learned"] if column.startswith(("actor_", "nadeau_"))]
    assert len(tested) >= 10
    assert {rows["learned"][column] for column in tested} == {""}
    assert (rows["same"]["actor_bootstrap_difference"], rows["same"]["actor_bootstrap_p_value"]) == ("0.0", "")
    nan = ablation.arms[0].model_copy(update={"ci95": (float("nan"), 0.3)})
    assert csv_rows(ablation.model_copy(update={"arms": (nan,)}))["learned"]["ci95_low"] == ""


def test_csv_names_the_arms_that_failed(ablation: Ablation) -> None:
    row = csv_rows(ablation)["dann"]
    assert row["failed"] == "the loss became NaN"
    assert {value for column, value in row.items() if column not in {"name", "failed"}} == {""}


def test_latex_rows_have_the_cells_of_the_header(ablation: Ablation) -> None:
    rows, header = latex_rows(ablation), latex_header(ablation)
    assert {len(row) for row in rows} == {len(header)}
    assert rows[1][:6] == ["random", "selection=random", "0.280", "0.080", r"0.180 $\pm$ 0.004", "0.160--0.210"]
    cells = dict(zip(header[6:], rows[1][6:], strict=True))
    assert (cells[r"$\Delta$ Score"], cells[r"95\,\% CI"]) == ("$-0.040$", "$-0.050$ to $-0.025$")
    assert (cells[r"$p_\mathrm{actor}$"], cells[r"$p_\mathrm{NB}$"]) == ("$<0.001$", "0.030")
    assert set(rows[0][6:]) == {""}
    assert rows[4][:2] == ["dann", "failed"]


def test_latex_escapes_names_and_balances_braces(ablation: Ablation) -> None:
    text = ablation_latex(ablation.model_copy(update={"reference": "a_b", "failed": {"{100 %": "x"}}))
    assert r"top\_n=3 \& {[}50 \%{]}" in text
    assert r"paired difference to a\_b" in text
    assert len(re.findall(rf"{UNESCAPED}{{", text)) == len(re.findall(rf"{UNESCAPED}}}", text))
    assert text.count(r"\begin{") == text.count(r"\end{") == 2
    assert not re.search(rf"{UNESCAPED}%", text.split("\n", 1)[1])


def test_caption_says_how_the_numbers_came_about(ablation: Ablation) -> None:
    caption = ablation_latex(ablation).split(r"\caption{")[1].split("\\label")[0]
    for fact in ("nested protocol", "2{,}456 clips of 47 actors", "5 folds", "seeds 0, 1, 2.", "bootstrap over actors"):
        assert fact in caption
    for fact in ("Nadeau--Bengio", "Holm's correction", "sign flips", "n/a: equal predictions."):
        assert fact in caption


def test_one_arm_and_one_seed(lonely: Ablation) -> None:
    text = ablation_latex(lonely)
    assert "seed 7." in text
    assert "optimistic" in text
    assert r"\pm" not in text
    assert "n/a" not in text
    [row] = latex_rows(lonely)
    assert row[:6] == ["learned", "", "0.320", "0.120", "0.220", "0.200--0.250"]
    assert set(row[6:]) == {""}


def test_tables_say_which_arms_are_transductive(ablation: Ablation) -> None:
    some = ablation.model_copy(
        update={"arms": (ablation.arms[0], ablation.arms[1].model_copy(update={"standardize": "person"}))}
    )
    assert "Transductive: features standardised within each person (random)." in ablation_latex(some)
    assert "ransductive" not in ablation_latex(ablation)
    rows = csv_rows(some)
    assert [rows[name]["standardize"] for name in ("learned", "random", "dann")] == ["global", "person", ""]
    assert rows["dann"]["failed"] == "the loss became NaN"
    assert not {"standardize", "match_prior"} & csv_rows(ablation)["learned"].keys()


def test_tables_say_of_all_arms_that_they_are_adapted_and_which_are_matched(ablation: Ablation) -> None:
    arms = [arm.model_copy(update={"standardize": "split"}) for arm in ablation.arms]
    arms[1] = arms[1].model_copy(update={"match_prior": "person"})
    some = ablation.model_copy(update={"arms": tuple(arms)})
    caption = ablation_latex(some)
    assert "Features standardised within each split: adapted to its unlabelled clips.\n" in caption
    assert "Transductive: label shares matched to the design within each person (random)." in caption
    assert [csv_rows(some)[name]["match_prior"] for name in ("learned", "random", "dann")] == ["none", "person", ""]


def test_a_comparison_has_both_tests(written_ablation: Ablation) -> None:
    def compared(result: Ablation) -> list[list[str]]:
        return texts(shown((NAME, CHANGES, *DIFFERENCES), "page"), [row for row in arm_rows(result) if row.tests])

    [row] = compared(written_ablation)
    assert row[:4] == ["random", "selection=random", "-0.040", "-0.060 to -0.020"]
    assert row[-4:] == ["0.002", "0.004", "0.310", "0.620"]
    [alone] = compared(written_ablation.model_copy(update={"tests": written_ablation.tests[:1]}))
    assert alone[-2:] == ["n/a", "n/a"]
    assert compared(written_ablation.model_copy(update={"tests": ()})) == []
