import pytest

from blemore_cli.core.config.strict_yaml import InvalidYamlError, parse_yaml


def test_content_and_lines() -> None:
    content, lines = parse_yaml("# comment\nruns: out\n\ndata:\n  features:\n    - a\n    - b\n  1: on\n")
    assert content == {"runs": "out", "data": {"features": ["a", "b"], "1": True}}
    assert lines == {
        (): 2, ("runs",): 2, ("data",): 4, ("data", "features"): 5, ("data", "features", 0): 6,
        ("data", "features", 1): 7, ("data", "1"): 8,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_empty_documents_are_nothing(text: str) -> None:
    assert parse_yaml(text)[0] is None


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a: 1\nb:\n  c: 1\n  c: 2\n", 4, "key b.c is given twice, first in line 3"),
        ("a: &x [1]\nb: *x\n", 2, "alias"),
        ("a: &a [*a]\n", 1, "alias"),
        ("a:\n\t- b\n", 2, "cannot start any token"),
        ("a:\n  b: 1\n   c: 2\n", 3, "not allowed here"),
        ("a: [1", 1, "expected ',' or ']'"),
        ("a: 1\n---\nb: 1\n", 2, "another document"),
        ("b: 1\na: \x01\n", 2, "U\\+0001"),
        ("a: 2024-13-45\n", 1, "'2024-13-45' is not a valid timestamp"),
        ("a: !!bool x\n", 1, "not a valid bool"),
        ("a: !!timestamp x\n", 1, "not a valid timestamp"),
        ("a: !!python/name:os.system\n", 1, "tag"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tag"),
        ("a: !!python/object:os.system {}\n", 1, "tag"),
        ("? [a]\n: 1\n", 1, "key must be plain text"),
        ("[" * 5_000, None, "nested too deeply"),
    ],
)
def test_what_is_refused(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(InvalidYamlError, match=problem) as caught:
        parse_yaml(text)
    assert caught.value.line == line
