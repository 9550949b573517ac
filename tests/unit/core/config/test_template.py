from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from blemore_cli.core.config.file import load_config, resolve_paths
from blemore_cli.core.config.schema import FIELDS, Config
from blemore_cli.core.config.strict_yaml import parse_yaml
from blemore_cli.core.config.template import COMMON_KEYS, in_yaml, rendered, write_project_file
from blemore_cli.core.errors import ConfigError


def test_the_template_says_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "blemore.yaml"
    write_project_file(path, features=[], train_metadata=None, test_metadata=None)
    config, root = load_config(path)
    assert root == tmp_path
    expected = resolve_paths(Config(), tmp_path)
    assert config.model_copy(update={"data": expected.data}) == expected
    assert config.data.features == [tmp_path / "features"]
    assert config.data.train_metadata == tmp_path / "train_metadata.csv"
    assert str(tmp_path) not in path.read_text()


def test_given_paths_hold_from_the_project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my features").mkdir()
    (tmp_path / "train.csv").write_text("")
    project = Path("deep/project")
    write_project_file(
        project / "blemore.yaml",
        features=[Path("my features"), tmp_path / "my features"],
        train_metadata=Path("train.csv"),
        test_metadata=None,
    )
    config, _ = load_config(project / "blemore.yaml")
    assert [path.resolve() for path in config.data.features] == [tmp_path / "my features"] * 2
    assert config.data.train_metadata is not None
    assert config.data.train_metadata.resolve() == tmp_path / "train.csv"


def test_nothing_is_overwritten_and_given_paths_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "blemore.yaml"
    with pytest.raises(ConfigError, match="nowhere"):
        write_project_file(path, features=[tmp_path / "nowhere"], train_metadata=None, test_metadata=None)
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(ConfigError, match="exists"):
        write_project_file(path, features=[], train_metadata=None, test_metadata=None)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("is_there", [True, False])
def test_test_metadata_are_named_where_they_are(is_there: bool, tmp_path: Path) -> None:
    if is_there:
        (tmp_path / "test_metadata.csv").write_text("filename\n")
    write_project_file(tmp_path / "blemore.yaml", features=[], train_metadata=None, test_metadata=None)
    config, _ = load_config(tmp_path / "blemore.yaml")
    assert config.data.test_metadata == (tmp_path / "test_metadata.csv" if is_there else None)


def test_every_key_is_rendered_with_its_default_and_a_comment() -> None:
    text = rendered({})
    assert Config.model_validate(parse_yaml(text)[0]) == Config()
    names = [line.split(":")[0].strip() for line in text.splitlines() if ": " in line.split(" # ")[0]]
    assert names == [key.split(".")[-1] for key in FIELDS]
    assert set(COMMON_KEYS) < set(FIELDS)


@pytest.mark.parametrize("key", FIELDS)
def test_a_comment_names_every_choice(key: str) -> None:
    field = FIELDS[key]
    assert field.description
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    assert [choice for choice in choices if choice not in field.description] == []


def test_lines_of_a_long_comment_are_aligned() -> None:
    first, second = rendered({}, ["train.standardize"]).splitlines()[1:]
    assert first.index("#") == second.index("#") == 36
    assert max(map(len, rendered({}).splitlines())) <= 120


@pytest.mark.parametrize(
    "value",
    [
        *(
            "plain.csv",
            "../with space",
            "true",
            "no",
            "1e3",
            "~",
            "",
            "2024-01-01",
            "a: b",
            "# x",
            "\u00e4\u00f6",
            "\u2028",
        ),
        *(True, None, 3, 0.004, [], {}, ["a b", "c"]),
    ],
)
def test_a_value_is_read_back_as_it_was(value: Any) -> None:
    assert parse_yaml(f"key: {in_yaml(value)}  # comment")[0] == {"key": value}
