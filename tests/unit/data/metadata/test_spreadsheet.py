import pytest

from blemore_cli.data.metadata.spreadsheet import harmless


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1", "-"])
def test_a_formula_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-0.5", "+3", "-1e-05", ".5", "A102_ang", "a=b", "'=1"])
def test_anything_else_stays(text: str) -> None:
    assert harmless(text) == text
