from pathlib import Path

import pytest

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.experiments.runs.stress_file import Stress, read_stress


def test_a_stress_test_comes_back(stressed: Stress, tmp_path: Path) -> None:
    assert read_stress(tmp_path) is None
    write_json(tmp_path / "stress/stress.json", stressed.as_json())
    assert read_stress(tmp_path) == stressed


def test_lines_and_curves(stressed: Stress) -> None:
    assert (stressed.kinds, stressed.lines) == (
        ["noise", "missing"],
        ["learned", "mean", "learned, trained with failures"],
    )
    assert [row.score for row in stressed.curve("noise", "learned")] == [0.22, 0.18]
    assert [row.share for row in stressed.curve("noise", "learned, trained with failures")] == [0.5]


def test_a_changed_file_is_damage(stressed: Stress, tmp_path: Path) -> None:
    path = tmp_path / "stress/stress.json"
    write_json(path, stressed.as_json())
    write_checksums(path.with_name("SHA256SUMS"), [path.name])
    path.write_text(path.read_text().replace("0.81", "0.91"))
    with pytest.raises(ArtefactError, match="damaged"):
        read_stress(tmp_path)
    write_json(path, {"run": "x"})
    with pytest.raises(ArtefactError, match="protocol must be there"):
        read_stress(tmp_path)
