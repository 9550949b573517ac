import subprocess
import sys


def test_help_imports_neither_torch_nor_numpy() -> None:
    code = (
        "import sys; from blemore_cli.cli import app;"
        "print([name for name in ('torch', 'numpy', 'pandas', 'pydantic', 'h5py') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
