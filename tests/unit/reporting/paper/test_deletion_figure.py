import numpy as np

from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.paper.deletion_figure import draw_compute, draw_removal
from blemore_cli.reporting.paper.style import paper_style


def test_three_curves_of_score_and_loss(explained: Explanation) -> None:
    curves = explained.deletion
    assert curves is not None
    with paper_style():
        score, loss = draw_removal(curves).axes
    drawn = {line.get_label(): tuple(np.asarray(line.get_ydata()).tolist()) for line in score.lines}
    assert drawn == {
        "best-ranked first": curves.score["top_first"],
        "last-ranked first": curves.score["bottom_first"],
        "random": curves.score["random"],
    }
    assert len({(line.get_marker(), line.get_linestyle()) for line in loss.lines}) == 3  # told apart without colour


def test_the_configured_number_is_marked(explained: Explanation) -> None:
    with paper_style():
        kept, extracted = draw_compute(explained).axes
    assert tuple(np.asarray(kept.lines[0].get_ydata()).tolist()) == explained.cost.score
    assert np.asarray(kept.lines[1].get_xdata()).tolist() == [2]
    assert np.asarray(extracted.lines[1].get_ydata()).tolist() == [explained.cost.score[1]]
