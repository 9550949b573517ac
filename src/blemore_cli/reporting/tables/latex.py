"""Text and tables in LaTeX: what would be read as a command is escaped."""

import re
from collections.abc import Sequence
from typing import Final

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


def in_math(number: str) -> str:
    """A number with a true minus sign or relation.

    Examples:
        >>> in_math("-0.010"), in_math("n/a")
        ('$-0.010$', 'n/a')
    """
    return f"${number}$" if number.startswith(("+", "-", "<")) else number


def booktabs(header: Sequence[str], rows: Sequence[Sequence[str]], *, columns: str) -> str:
    """A `tabular` with the rules of the booktabs package; cells are LaTeX already."""
    lines = [
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        rf"{' & '.join(header)} \\",
        r"\midrule",
        *(rf"{' & '.join(row)} \\" for row in rows),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines)


def thousands(count: int) -> str:
    """A count with its thousands apart.

    Examples:
        >>> print(thousands(2456))
        2{,}456
    """
    return f"{count:,}".replace(",", "{,}")


def captioned(tabular: str, *, caption: str, label: str, is_wide: bool = False) -> str:
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
        tabular,
        rf"\end{{{environment}}}",
    ]
    return "\n".join(lines) + "\n"
