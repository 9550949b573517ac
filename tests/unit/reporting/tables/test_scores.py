"""The rows of the tables of Scores."""

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.tables.published import PUBLISHED
from blemore_cli.reporting.tables.scores import EMPTY, comparison_rows, published_rows, score_rows


def test_a_model_has_its_figures(loaded_model: LoadedModel) -> None:
    [row] = score_rows([loaded_model])
    oof = loaded_model.metrics.oof
    assert oof.std is not None
    figures = (f"{oof.presence:.3f}", f"{oof.salience:.3f}", f"{oof.score:.3f} ± {oof.std:.3f}")
    assert (row.of, row.cells[:4]) == ("one", ("one", *figures))
    assert row.cells[4:6] == (f"{oof.score - 0.03:.3f}-{oof.score + 0.03:.3f}", "2")


def test_published_rows_are_text_and_say_what_is_not_known() -> None:
    rows = {row.cells[0]: row.cells[1:] for row in published_rows(PUBLISHED)}
    assert rows["WavLM, MLP-512"] == ("0.265", "0.121", "0.193", "0.311", "0.084", "0.198")
    assert rows["ImageBind, MLP-512"][3:] == (EMPTY, EMPTY, EMPTY)


def test_a_comparison_has_both_tests(written_ablation: Ablation) -> None:
    [row] = comparison_rows(written_ablation)
    assert (row.of, row.cells[:2]) == ("arms", ("random", "selection=random"))
    assert row.cells[2:] == ("-0.040", "-0.060 to -0.020", "0.002", "0.004", "0.310", "0.620")
    [alone] = comparison_rows(written_ablation.model_copy(update={"tests": written_ablation.tests[:1]}))
    assert alone.cells[6:] == ("n/a", "n/a")
    assert comparison_rows(written_ablation.model_copy(update={"tests": ()})) == []
