import numpy as np

from blemore_cli.experiments.runs.tuning_file import Tuning
from blemore_cli.reporting.paper.style import paper_style
from blemore_cli.reporting.paper.tuning_figure import draw_tuning


def test_inner_and_outer_folds_have_a_line_each(tuned: Tuning) -> None:
    with paper_style():
        [panel] = draw_tuning(tuned).axes
    default, inner, outer = (np.asarray(line.get_ydata()).tolist() for line in panel.lines)
    assert default == [0.2, 0.2]
    assert inner == [point.inner_score for point in tuned.curve]
    assert outer == [point.score for point in tuned.curve]
    assert len({line.get_linestyle() for line in panel.lines}) == 3  # told apart without colour
