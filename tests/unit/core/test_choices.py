import subprocess
import sys
from typing import get_args

from blemore_cli.core import choices
from blemore_cli.core.config.overrides import apply_override
from blemore_cli.core.config.schema import Config


def test_help_imports_neither_torch_nor_numpy() -> None:
    code = (
        "import sys; from blemore_cli.cli import app;"
        "heavy = ('torch', 'numpy', 'pandas', 'pydantic', 'h5py', 'scipy', 'matplotlib');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_former_names_stand_for_names_of_today() -> None:
    assert set(choices.FORMER_NAMES.values()) <= set(get_args(choices.Heads))
    assert not set(choices.FORMER_NAMES) & set(get_args(choices.Heads))


def test_a_project_file_may_use_a_former_name() -> None:
    content: dict[str, object] = {}
    apply_override(content, {}, "model.heads=softmax6")
    assert Config.model_validate(content).model.heads == "softmax_emotions"
