from pathlib import Path

import pytest

from blemore_cli.core.config.file import load_config, resolve_paths, with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, ConfigError, UsageError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def test_without_a_file_the_defaults_stand_in_the_working_directory(project: Path) -> None:
    assert load_config(None) == (resolve_paths(Config(), project), project)


def test_the_file_in_the_working_directory_is_found(project: Path) -> None:
    Path("blemore.yaml").write_text("model:\n  top_n: 7\n")
    config, root = load_config(None)
    assert (config.model.top_n, root) == (7, project)


@pytest.mark.parametrize("text", ["", "# nothing\n", "\ufeff", "train:\n", "data:\n  features:\n  # - one\n"])
def test_an_empty_file_is_all_defaults(project: Path, text: str) -> None:
    Path("blemore.yaml").write_text(text, encoding="utf-8")
    assert load_config(None)[0] == resolve_paths(Config(), project)


def test_paths_are_relative_to_the_file(project: Path) -> None:
    (project / "sub").mkdir()
    Path("sub/p.yaml").write_text(
        "runs: ../out\n"
        "data: {features: [f, /abs], train_metadata: ~/train.csv, test_metadata: t.csv, encoders: {a: x}}\n"
    )
    config, root = load_config(Path("sub/p.yaml"), ["data.index=i.h5", "data.encoders.b=y"])
    assert root == project / "sub"
    assert config.runs == project / "sub/../out"
    assert config.data.features == [project / "sub/f", Path("/abs")]
    assert config.data.train_metadata == project / "home/train.csv"
    assert config.data.test_metadata == project / "sub/t.csv"
    assert config.data.index == project / "sub/i.h5"
    assert config.data.encoders == {"a": project / "sub/x", "b": project / "sub/y"}


def test_later_overrides_win(project: Path) -> None:
    Path("blemore.yaml").write_text("model:\n  top_n: 7\n")
    config, _ = load_config(None, ["model.top_n=1", "model.top_n=2", "train.learning_rate=1e-3"])
    assert (config.model.top_n, config.train.learning_rate) == (2, 1e-3)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("model:\n  topn: 3\n", "blemore.yaml, line 2: unknown key model.topn; did you mean top_n?"),
        (
            "train:\n\n\n  max_epochs: 0\n",
            "blemore.yaml, line 4: train.max_epochs must be greater than or equal to 1, got 0",
        ),
        ("cost:\n  wavlm: 0\n", "blemore.yaml, line 2: cost.wavlm must be greater than 0, got 0"),
        ("cost: {wavlm: yes}\n", "blemore.yaml, line 1: cost.wavlm must be a number, got true"),
        ("cost: 3\n", "blemore.yaml, line 1: cost must be"),
        ("runs: a\nruns: b\n", "blemore.yaml, line 2: key runs is given twice, first in line 1"),
        ("\n- a\n", "blemore.yaml, line 2: the file must hold sections of keys, got a list"),
        ("runs\n", "blemore.yaml, line 1: the file must hold sections of keys, got 'runs'"),
        ("a:\n\t- b\n", "blemore.yaml, line 2: "),
        ("a: b\nruns: \udcff\n", "blemore.yaml, line 2: a configuration file must be UTF-8 text, got the byte 0xff"),
        ('runs: "a\\0b"\n', "NUL"),
        ("runs: ~nobody.of.this.name/x\n", "~nobody.of.this.name/x"),
    ],
)
def test_broken_files_name_file_and_line(project: Path, text: str, problem: str) -> None:
    Path("blemore.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        load_config(None)
    assert problem in caught.value.message
    assert caught.value.fix


@pytest.mark.parametrize("path", ["nowhere.yaml", ".", "a\0b"])
def test_a_path_that_is_no_file_is_refused(project: Path, path: str) -> None:
    with pytest.raises(ConfigError, match="must"):
        load_config(Path(path))


@pytest.mark.parametrize(
    ("override", "problem", "kind"),
    [
        ("model.topn=3", "--set model.topn=3: unknown key model.topn; did you mean top_n?", ConfigError),
        (
            "model.top_n=0",
            "--set model.top_n=0: model.top_n must be a whole number, 1 or more, or auto, got 0",
            ConfigError,
        ),
        ("model=3", "--set model=3: model must be a section of keys, got 3", ConfigError),
        ("model.top_n", "--set must be section.key=value, got 'model.top_n'", UsageError),
    ],
)
def test_broken_overrides_name_the_flag(project: Path, override: str, problem: str, kind: type[BlemoreError]) -> None:
    Path("blemore.yaml").write_text("model: {top_n: 7}\n")
    with pytest.raises(kind) as caught:
        load_config(None, [override])
    assert caught.value.message == problem


def test_an_override_does_not_hide_a_broken_file(project: Path) -> None:
    Path("blemore.yaml").write_text("model: 3\n")
    with pytest.raises(ConfigError, match="line 1: model must be a section"):
        load_config(None, ["model.top_n=2"])


def test_flags_change_keys_relative_to_the_working_directory(project: Path) -> None:
    config = resolve_paths(Config(), Path("/elsewhere"))
    changed = with_changes(
        config, {"data.index": Path("i.h5"), "model.encoders": ["a"], "data.encoders": {"a": Path("x")}}
    )
    assert changed.data.index == project / "i.h5"
    assert changed.data.encoders == {"a": project / "x"}
    assert changed.runs == Path("/elsewhere/runs")
    assert changed.model.encoders == ["a"]
    assert config.model.encoders == []


def test_flags_are_checked_as_a_file_is() -> None:
    with pytest.raises(
        UsageError, match=r"command line: model\.top_n must be a whole number, 1 or more, or auto, got 0"
    ):
        with_changes(Config(), {"model.top_n": 0})


def test_an_encoder_may_be_in_several_places(tmp_path: Path) -> None:
    path = tmp_path / "blemore.yaml"
    path.write_text("data:\n  encoders: {wavlm: [a, b/c], clip: d}\n")
    data = load_config(path)[0].data
    assert data.named_places == {"wavlm": [tmp_path / "a", tmp_path / "b/c"], "clip": [tmp_path / "d"]}
    path.write_text("data:\n  encoders: {wavlm: []}\n")
    with pytest.raises(ConfigError, match="wavlm"):
        load_config(path)
