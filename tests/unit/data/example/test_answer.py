from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.example.answer import read_informative


def test_rows_and_columns_are_those_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "informative.csv"
    path.write_text("filename,x,y,z\nb,1,0,0\na,0,1,1\n")
    informative = read_informative(path, np.array(["a", "b"]), ["z", "x"])
    assert informative.tolist() == [[True, False], [False, True]]
    with pytest.raises(DataError, match="got none for c"):
        read_informative(path, np.array(["a", "c"]), ["x"])
    with pytest.raises(DataError, match="w"):
        read_informative(path, np.array(["a"]), ["w"])
