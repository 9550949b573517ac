from pathlib import Path

import pytest
from tests.fixtures.persons import cost_of_persons

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_json
from blemore_cli.experiments.runs.persons_file import PERSONS, read_persons


def test_a_record_comes_back_and_damage_is_named(tmp_path: Path) -> None:
    assert read_persons(tmp_path) is None
    path = tmp_path / PERSONS
    write_json(path, cost_of_persons().as_json())
    write_checksums(path.with_name("SHA256SUMS"), [path.name])
    assert read_persons(tmp_path) == cost_of_persons()
    path.write_text(path.read_text().replace("0.93", "0.99"))
    with pytest.raises(ArtefactError, match="damaged"):
        read_persons(tmp_path)
