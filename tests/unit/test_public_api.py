"""The public names of the package: lazy, complete, and the only ones that the Python guide uses."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import blemore_cli

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "python_api.md"


def test_every_public_name_is_in_its_module() -> None:
    assert sorted(blemore_cli._MODULE) == sorted(blemore_cli.__all__)
    assert all(getattr(blemore_cli, name) is not None for name in blemore_cli.__all__)
    assert set(blemore_cli.__all__) <= set(dir(blemore_cli))


def test_types_are_declared_for_the_same_names_and_modules() -> None:
    tree = ast.parse(Path(blemore_cli.__file__).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert {alias.name: node.module for node in imports for alias in node.names} == blemore_cli._MODULE
    assert (Path(blemore_cli.__file__).parent / "py.typed").is_file()


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'train_everything'"):
        blemore_cli.train_everything  # noqa: B018


def test_the_import_loads_nothing_else() -> None:
    heavy = ("torch", "numpy", "pandas", "h5py", "sklearn", "pydantic", "typer")
    code = f"import sys, blemore_cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", [GUIDE, *sorted((ROOT / "examples").glob("*.py"))], ids=lambda path: path.name)
def test_the_guide_and_the_examples_use_public_names_only(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"from blemore_cli|import blemore_cli\.", text)
    assert set(re.findall(r"\bblemore\.(\w+)", text)) - {"yaml"} <= set(blemore_cli.__all__)
