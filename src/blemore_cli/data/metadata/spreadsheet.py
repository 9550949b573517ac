"""Formulas of spreadsheets: text that a program such as Excel carries out when it opens a CSV file."""

import re
from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""Starts of cells that are taken for a formula."""

_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")


def harmless(text: str) -> str:
    """Text that is not carried out: an apostrophe stands before a formula; numbers stay as they are.

    Examples:
        >>> harmless("=cmd|'/C calc'!A0"), harmless("-0.5"), harmless("wavlm")
        ("'=cmd|'/C calc'!A0", '-0.5', 'wavlm')
    """
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text
