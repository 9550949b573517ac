"""Encodings of text by their first bytes."""

import pytest

from blemore_cli.data.encodings import encoding_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_text_is_decoded_as_it_was_encoded(encoding: str) -> None:
    content = "filename,Größe".encode(encoding)
    assert content.decode(encoding_of(content)) == "filename,Größe"


def test_big_endian_text_with_a_mark_is_decoded() -> None:
    content = "\ufefffilename".encode("utf-16-be")
    assert content.decode(encoding_of(content)) == "filename"
