"""Escapes and tables of LaTeX."""

import pytest

from blemore_cli.reporting.tables.latex import booktabs, captioned, escaped, in_math


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"a\b", r"a\textbackslash{}b"),
        ("{x}", r"\{x\}"),
        ("50 % & $5 #1 a_b", r"50 \% \& \$5 \#1 a\_b"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("a<b>c|d", r"a\textless{}b\textgreater{}c\textbar{}d"),
        ("[3pt]*", "{[}3pt{]}{*}"),
        ("a---b", "a-{}-{}-b"),
        ("one-way", "one-way"),
        (" two\n lines ", "two lines"),
    ],
)
def test_escapes(text: str, expected: str) -> None:
    assert escaped(text) == expected


@pytest.mark.parametrize(("number", "expected"), [("+0.1", "$+0.1$"), ("<0.001", "$<0.001$"), ("0.5", "0.5"), ("", "")])
def test_signs_are_set_in_mathematics(number: str, expected: str) -> None:
    assert in_math(number) == expected


def test_booktabs() -> None:
    assert booktabs(["a", "b"], [["1", "2"]], columns="lc").splitlines() == [
        r"\begin{tabular}{lc}",
        r"\toprule",
        r"a & b \\",
        r"\midrule",
        r"1 & 2 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


@pytest.mark.parametrize(("is_wide", "environment"), [(False, "table"), (True, "table*")])
def test_captioned(is_wide: bool, environment: str) -> None:
    lines = captioned("TABULAR", caption="Of what.", label="tab:x", is_wide=is_wide).splitlines()
    assert lines[1] == rf"\begin{{{environment}}}"
    assert lines[-4:] == [r"\caption{Of what.}", r"\label{tab:x}", "TABULAR", rf"\end{{{environment}}}"]
