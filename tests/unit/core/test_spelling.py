import pytest

from blemore_cli.core.spelling import did_you_mean, nearest


@pytest.mark.parametrize(
    ("name", "meant"),
    [("topn", "top_n"), ("TOP_N", "top_n"), ("temprature", "temperature"), ("zzz", None), ("", None)],
)
def test_nearest(name: str, meant: str | None) -> None:
    assert nearest(name, ["top_n", "temperature"]) == meant


def test_did_you_mean_says_nothing_without_a_near_choice() -> None:
    assert did_you_mean("zzz", ["top_n"]) == ""
    assert did_you_mean("topn", []) == ""
