"""LaTeX renderer of tables of columns, with text escaped."""

import re
from collections.abc import Iterable
from typing import Final

from blemore_cli.reporting.tables.column import Column, Row, shown

_ESCAPED: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",  # < > | are other characters in LaTeX's oldest font encoding
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        "[": "{[}",  # after a line's end, [ and * would be read as its options
        "]": "{]}",
        "*": "{*}",
        "…": r"\ldots{}",
    }
)


def escaped(text: str) -> str:
    r"""Plain text that LaTeX prints as it stands, on one line; hyphens in a row stay hyphens.

    Examples:
        >>> print(escaped("top_n=3 & 50 %"))
        top\_n=3 \& 50 \%
    """
    return re.sub("-(?=-)", "-{}", " ".join(text.split()).translate(_ESCAPED))


def figures_latex(text: str) -> str:
    r"""Figures as readers see them in LaTeX: true signs, and dashes in ranges.

    Examples:
        >>> print(figures_latex("0.216 ± 0.004"), figures_latex("0.198-0.236"), figures_latex("-0.010 to 0.013"))
        0.216 $\pm$ 0.004 0.198--0.236 $-0.010$ to 0.013
    """
    parts = text.replace("±", r"$\pm$").split(" ")
    signed = " ".join(f"${part}$" if part.startswith(("+", "-", "<")) else part for part in parts)
    return re.sub(r"(?<=\d)-(?=\d)", "--", signed)


def tabular(columns: Iterable[Column[Row]], rows: Iterable[Row]) -> str:
    """A `tabular` with the rules of the booktabs package: words on the left, figures in the middle."""
    columns = shown(columns, "latex")
    lines = [
        rf"\begin{{tabular}}{{{''.join('l' if column.has_words else 'c' for column in columns)}}}",
        r"\toprule",
        _line(column.latex or _header(column.name) for column in columns),
        r"\midrule",
        *(_line(_cell(column, row) for column in columns) for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return rf"{' & '.join(cells)} \\"


def _header(name: str) -> str:
    return escaped(name[:1].upper() + name[1:]).replace(r" \%", r"\,\%")


def _cell(column: Column[Row], row: Row) -> str:
    text = column.text(row) if column.text else ""
    return escaped(text) if column.has_words else figures_latex(text)


def thousands(count: int) -> str:
    """A count with its thousands apart.

    Examples:
        >>> print(thousands(2456))
        2{,}456
    """
    return f"{count:,}".replace(",", "{,}")


def captioned(body: str, *, caption: str, label: str, is_wide: bool = False) -> str:
    """A `table`, across both columns if it is wide, with its caption above; all three parts are LaTeX already."""
    environment = "table*" if is_wide else "table"
    lines = [
        r"% needs \usepackage{booktabs}",
        rf"\begin{{{environment}}}",
        r"\centering",
        r"\footnotesize",
        r"\setlength{\tabcolsep}{3pt}",
        r"\setlength{\belowcaptionskip}{4pt}",
        rf"\caption{{{caption}}}",
        rf"\label{{{label}}}",
        body,
        rf"\end{{{environment}}}",
    ]
    return "\n".join(lines) + "\n"
