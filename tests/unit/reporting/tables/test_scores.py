"""Tables of Scores on the page: of models, and published."""

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.tables.column import shown, texts
from blemore_cli.reporting.tables.published import PUBLISHED
from blemore_cli.reporting.tables.scores import EMPTY, MODELS, PUBLISHED_SYSTEMS


def test_a_model_has_its_figures(loaded_model: LoadedModel) -> None:
    [row] = texts(shown(MODELS, "page"), [loaded_model])
    oof = loaded_model.metrics.oof
    assert oof.std is not None
    interval = f"{oof.score - 0.03:.3f}-{oof.score + 0.03:.3f}"
    figures = [f"{oof.presence:.3f}", f"{oof.salience:.3f}", f"{oof.score:.3f} ± {oof.std:.3f}"]
    assert row == ["one", *figures, interval, "2", EMPTY]


def test_published_rows_are_text_and_say_what_is_not_known() -> None:
    rows = {name: figures for name, *figures in texts(PUBLISHED_SYSTEMS, PUBLISHED)}
    assert rows["WavLM, MLP-512"] == ["0.265", "0.121", "0.193", "0.311", "0.084", "0.198"]
    assert rows["ImageBind, MLP-512"][3:] == [EMPTY] * 3
