"""The notebook of `examples/` runs headless: progress, table and figure are inline, and no process is left."""

import os
from pathlib import Path
from typing import Any

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytestmark = pytest.mark.slow  # it trains, if tiny networks
NOTEBOOK = Path(__file__).parents[2] / "examples" / "ablation.ipynb"


def children_of(parent: int) -> list[int]:
    """Processes of a parent that are running."""
    return [int(pid) for task in Path(f"/proc/{parent}/task").glob("*/children") for pid in task.read_text().split()]


def outputs_of(cells: list[Any], kind: str) -> list[Any]:
    return [out["data"][kind] for cell in cells for out in cell.get("outputs", []) if kind in out.get("data", {})]


def test_the_notebook_runs_and_leaves_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    before = children_of(os.getpid())
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}})
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
        kernel = client.km.provisioner.process.pid
        assert children_of(kernel) == []
    assert children_of(os.getpid()) == before
    assert any("trainings:" in text for text in outputs_of(notebook.cells, "text/plain"))
    assert "<table" in outputs_of(notebook.cells, "text/html")[0]
    assert outputs_of(notebook.cells, "image/svg+xml")[0].startswith("<svg")
