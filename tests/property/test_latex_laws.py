"""Escaped text, whatever the text: it reads back, and nothing in it is a command that was not meant."""

import re
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.reporting.tables.latex import escaped

COMMANDS: Final = {
    r"\textbackslash{}": "\\",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    r"\textasciigrave{}": "`",
    r"\ldots{}": "…",
    "{[}": "[",
    "{]}": "]",
    "{*}": "*",
    "-{}": "-",
    **{f"\\{char}": char for char in "{}&%$#_"},
}
TOKEN: Final = re.compile("|".join(map(re.escape, COMMANDS)) + "|(.)", re.DOTALL)
TEXT: Final = st.text(st.characters(codec="utf-8") | st.sampled_from("\\{}&%$#_~^<>|`[]*-… \n"))


def read_back(latex: str) -> tuple[str, str]:
    """The text that LaTeX would print, and the characters in it that were not escaped."""
    printed, plain = "", ""
    for token in TOKEN.finditer(latex):
        printed += COMMANDS.get(token[0], token[0])
        plain += token[1] or ""
    return printed, plain


@given(TEXT)
def test_escaped_text_reads_back_on_one_line(text: str) -> None:
    printed, plain = read_back(escaped(text))
    assert printed == " ".join(text.split())
    assert not set(plain) & set("\\{}&%$#_~^<>|`[]*…\n")
    assert "--" not in escaped(text)
