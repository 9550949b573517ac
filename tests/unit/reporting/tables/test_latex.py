"""Escapes and tables of LaTeX."""

import pytest

from blemore_cli.reporting.tables.column import Columns, figure, words
from blemore_cli.reporting.tables.latex import captioned, escaped, figures_latex, tabular


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
    assert figures_latex(number) == expected


def test_figures_have_true_signs_and_dashes() -> None:
    assert figures_latex("-0.050 to 0.013") == "$-0.050$ to 0.013"
    assert figures_latex("0.1-0.2") == "0.1--0.2"
    assert figures_latex("n/a") == "n/a"


def test_tabular_escapes_words_and_leaves_columns_out() -> None:
    columns: Columns[str] = (
        words("arm & [x]", lambda row: f"a_{row}"),
        figure("95 % CI", lambda row: row, str),
        figure("difference", lambda row: row, str, latex=r"$\Delta$"),
        figure("hidden", lambda row: row, str, left_out=("latex",)),
    )
    assert tabular(columns, ["-2"]).splitlines() == [
        r"\begin{tabular}{lcc}",
        r"\toprule",
        r"Arm \& {[}x{]} & 95\,\% CI & $\Delta$ \\",
        r"\midrule",
        r"a\_-2 & $-2$ & $-2$ \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


@pytest.mark.parametrize(("is_wide", "environment"), [(False, "table"), (True, "table*")])
def test_captioned(is_wide: bool, environment: str) -> None:
    lines = captioned("TABULAR", caption="Of what.", label="tab:x", is_wide=is_wide).splitlines()
    assert lines[1] == rf"\begin{{{environment}}}"
    assert lines[-4:] == [r"\caption{Of what.}", r"\label{tab:x}", "TABULAR", rf"\end{{{environment}}}"]
