"""The style of figures, and how they are saved."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib.figure import Figure

from blemore_cli.reporting.paper.style import paper_style, save_figure


def figure() -> Figure:
    drawn = Figure(figsize=(2, 1), layout="constrained")
    drawn.subplots().set_xlabel("Score")
    return drawn


def saved(folder: Path) -> dict[str, bytes]:
    with paper_style():
        paths = save_figure(figure(), folder, "plot", title="A plot")
    return {path.suffix: path.read_bytes() for path in paths}


def test_global_settings_come_back() -> None:
    before = dict(matplotlib.rcParams)
    with paper_style():
        assert matplotlib.rcParams["font.size"] != before["font.size"]
    assert dict(matplotlib.rcParams) == before


def test_a_users_own_settings_do_not_matter(tmp_path: Path) -> None:
    plain = saved(tmp_path / "plain")
    own: dict[Any, Any] = {
        "lines.linewidth": 9.0,
        "axes.facecolor": "black",
        "svg.hashsalt": "other",
        "font.size": 30.0,
    }
    with matplotlib.rc_context(own):
        assert saved(tmp_path / "own") == plain


def test_files_hold_a_title_and_no_date(tmp_path: Path) -> None:
    files = saved(tmp_path)
    assert list(files) == [".pdf", ".svg", ".png"]
    assert b"A plot" in files[".pdf"]
    assert b"A plot" in files[".svg"]
    assert b"Date" not in files[".pdf"]
    assert b"<dc:date>" not in files[".svg"]
    assert files[".png"].startswith(b"\x89PNG")


def test_fonts_are_embedded(tmp_path: Path) -> None:
    files = saved(tmp_path)
    assert b"/FontFile2" in files[".pdf"]
    assert b"/Type3" not in files[".pdf"]
    assert b"<text" not in files[".svg"]


def test_a_drawing_that_fails_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    broken = figure()
    monkeypatch.setattr(broken, "savefig", fail)
    with pytest.raises(KeyboardInterrupt):
        save_figure(broken, tmp_path, "plot", title="A plot")
    assert list(tmp_path.iterdir()) == []


def test_pyplot_and_its_backends_stay_out(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom matplotlib.figure import Figure\n"
        "from blemore_cli.reporting.paper.style import paper_style, save_figure\n"
        f"with paper_style(): save_figure(Figure(), Path({str(tmp_path)!r}), 'plot', title='A plot')\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
