"""Encodings of text files (UTF-8, UTF-16, UTF-32) by their first bytes."""

import codecs
from typing import Final

_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(content: bytes) -> str:
    r"""The name of the encoding of a text file, for Python's codecs; UTF-8 where nothing says otherwise.

    Examples:
        >>> encoding_of(b"filename"), encoding_of(b"f\0i\0"), encoding_of(b"\xff\xfef\0i\0")
        ('utf-8-sig', 'utf-16-le', 'utf-16')
    """
    if marked := next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), ""):
        return marked
    return "utf-16-le" if content[1:2] == b"\0" and content[3:4] == b"\0" else "utf-8-sig"
