import pytest

from blemore_cli.cli.options.variadic_arm import joined


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--arm", "wide", "a=1", "b=2", "--seeds", "2"], ["--arm", "wide a=1 b=2", "--seeds", "2"]),
        (["--arm", "wide a=1 b=2", "--json"], ["--arm", "wide a=1 b=2", "--json"]),
        (["--arm", "wide a=1", "b=2"], ["--arm", "wide a=1 b=2"]),
        (["--arm=wide", "a=1", "b=2"], ["--arm=wide a=1 b=2"]),
        (["--arm", "x", "a=1", "--arm", "y", "a=2"], ["--arm", "x a=1", "--arm", "y a=2"]),
        (["--arm", "x", "a=1", "--set", "b=2", "--quiet"], ["--arm", "x a=1", "--set", "b=2", "--quiet"]),
        (["--arm", "x", "a=1", "--set=b=2", "c=3"], ["--arm", "x a=1", "--set=b=2", "c=3"]),
        (["--set", "a=1", "b=2"], ["--set", "a=1", "b=2"]),
        (["--arm", "a=1", "b=2"], ["--arm", "a=1 b=2"]),
        (["--arm"], ["--arm"]),
        ([], []),
    ],
)
def test_the_differences_of_an_arm_become_one_value(args: list[str], expected: list[str]) -> None:
    assert joined(args) == expected
