import numpy as np
import pytest

from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.paper.stress_figure import draw_stress
from blemore_cli.reporting.paper.style import paper_style


def test_a_panel_a_kind_and_a_line_an_arm(stressed: Stress) -> None:
    with paper_style():
        noise, missing = draw_stress(stressed).axes
    assert (noise.get_title(), missing.get_title()) == ("noise", "missing")
    first = noise.lines[0]
    assert np.asarray(first.get_ydata()).tolist() == [0.22, 0.18]
    assert np.asarray(first.get_xdata()).tolist() == pytest.approx([0.0, 0.5], abs=0.02)
    assert len(noise.containers) == 3
    assert len(missing.containers) == 2
    styles = {(line.get_marker(), line.get_linestyle()) for line in noise.lines}
    assert len(styles) == 3  # told apart without colour


def test_one_kind_and_one_share(stressed: Stress) -> None:
    alone = stressed.model_copy(update={"results": stressed.results[:1]})
    with paper_style():
        [panel] = draw_stress(alone).axes
    assert [label.get_text() for label in panel.get_xticklabels()] == ["0"]
