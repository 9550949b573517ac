import pytest

from blemore_cli.core.config.keys import FIELDS, SECTIONS, field_of, unknown_key
from blemore_cli.core.validation import KeyPath


def test_sections() -> None:
    assert list(SECTIONS) == ["data", "model", "train", "adapt", "decode"]
    assert [name for name in FIELDS if "." not in name] == ["runs"]


@pytest.mark.parametrize(
    "path", [("runs",), ("train", "seed"), ("data", "encoders"), ("data", "encoders", "wav2vec2.0")]
)
def test_known_keys_have_a_field(path: KeyPath) -> None:
    assert field_of(path) is not None


@pytest.mark.parametrize("path", [("run",), ("train", "seeds"), ("runs", "x"), ("train", "seed", "x"), ("no", "seed")])
def test_unknown_keys_have_none(path: KeyPath) -> None:
    assert field_of(path) is None


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("model", "topn"), "unknown key model.topn; did you mean top_n?"),
        (("modle",), "unknown key modle; did you mean model?"),
        (("modle", "x"), "unknown key modle.x; did you mean model?"),
        (("top_n",), "unknown key top_n; did you mean model.top_n?"),
        (("train", "top_n"), "unknown key train.top_n; did you mean model.top_n?"),
        (("zzz",), "unknown key zzz"),
    ],
)
def test_unknown_keys_are_answered_with_the_nearest(path: KeyPath, message: str) -> None:
    assert unknown_key(path) == message
