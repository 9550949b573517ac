import json
from pathlib import Path

from blemore_cli.core.checksum_list import changed_files, read_checksums
from blemore_cli.experiments.runs.stress_file import Stress, read_stress
from blemore_cli.reporting.paper.stress_files import write_stress


def test_files_are_there_and_repeat_byte_for_byte(stressed: Stress, tmp_path: Path) -> None:
    first, second = (write_stress(stressed, tmp_path / name / "stress") for name in ("a", "b"))
    names = ["stress.json", "stress.csv", "stress.tex", "stress.pdf", "stress.svg", "stress.png"]
    assert [path.name for path in first] == names
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    assert json.loads(first[0].read_text()) == stressed.as_json()
    assert sorted(read_checksums(tmp_path / "a/stress/SHA256SUMS")) == sorted(names)
    assert changed_files(tmp_path / "a/stress/SHA256SUMS") == []
    assert read_stress(tmp_path / "a") == stressed
