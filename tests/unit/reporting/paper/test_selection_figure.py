import math

from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.paper.selection_figure import draw_selection
from blemore_cli.reporting.paper.style import paper_style


def test_every_share_is_a_number_in_its_cell(explained: Explanation) -> None:
    with paper_style():
        panel = draw_selection(explained).axes[0]
    rows = [explained.selection.all, *explained.selection.by_set.values()]
    written = {text.get_position(): text.get_text() for text in panel.texts}
    for row, shares in enumerate(rows):
        for column, share in enumerate(shares.values()):
            assert written[column, row] == f"{100 * share:.0f}"
    assert [label.get_text() for label in panel.get_xticklabels()] == ["face", "voice", "noise"]
    assert panel.get_yticklabels()[0].get_text() == "all (300)"


def test_an_encoder_without_a_clip_leaves_its_cells_empty(explained: Explanation) -> None:
    shares = explained.selection.model_copy(update={"all": {"face": 0.5, "voice": math.nan, "noise": 0.5}})
    with paper_style():
        panel = draw_selection(explained.model_copy(update={"selection": shares})).axes[0]
    assert (1, 0) not in {text.get_position() for text in panel.texts}
