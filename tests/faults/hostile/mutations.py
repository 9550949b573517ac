"""Damage and malice to the bytes of a file: what a disk, a copy, an editor and an attacker do to it."""

import random
import re
from collections.abc import Callable
from typing import Final

Mutation = Callable[[bytes, random.Random], bytes]

DEEP: Final = 100_000
"""Levels of nesting, of which no reader has room for."""

NASTY: Final = (
    *("", "nan", "inf", "-inf", "-1", "1e308", "1e999", "-0.0", "9" * 400, "9" * 5000, "99999999999999999999", "1.5"),
    *("null", "true", "[]", "{}", "[[[[1]]]]", "''", '"', "\x00", "\x1b]0;owned\x07\x1b[2J", "\u202egnp.exe", "\ud7ff"),
    *("<script>alert(1)</script>", "=cmd|'/C calc'!A0", "@SUM(A1)", "../../../../etc/passwd", "/etc/passwd", "~root/x"),
    *("!!python/object/apply:os.system [touch pwned]", "&a [*a]", "\\input{/etc/passwd}", "%s%n{0}", "x" * 70_000),
)
"""Words that take the place of a value."""

_WORD: Final = re.compile(rb"-?[\w.+:%/-]+")
_LINE: Final = re.compile(rb"[^\n]*\n?")


def _at(content: bytes, chance: random.Random) -> int:
    return chance.randrange(max(1, len(content)))


def flip_bit(content: bytes, chance: random.Random) -> bytes:
    """One bit is another."""
    changed = bytearray(content or b"\0")
    changed[_at(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flip_many(content: bytes, chance: random.Random) -> bytes:
    """Eight bits are."""
    for _ in range(8):
        content = flip_bit(content, chance)
    return content


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return content[: _at(content, chance)]


def cut_out(content: bytes, chance: random.Random) -> bytes:
    """A span is missing."""
    start = _at(content, chance)
    return content[:start] + content[start + chance.randrange(1, 65) :]


def double_span(content: bytes, chance: random.Random) -> bytes:
    """A span comes twice."""
    start = _at(content, chance)
    end = start + chance.randrange(1, 257)
    return content[:end] + content[start:end] + content[end:]


def zero_block(content: bytes, chance: random.Random) -> bytes:
    """A block of the disk is lost."""
    start = _at(content, chance)
    length = min(chance.choice((16, 512, 4096)), len(content) - start)
    return content[:start] + bytes(length) + content[start + length :]


def grow(content: bytes, chance: random.Random) -> bytes:
    """Something follows the end."""
    return content + chance.choice((b"\0" * 64, b"\n", b"garbage", b"PK\x05\x06" + bytes(18), content))


def swap_words(content: bytes, chance: random.Random) -> bytes:
    """Two neighbouring words, such as cells or values, change places."""
    words = list(_WORD.finditer(content))
    if len(words) < 2:
        return flip_bit(content, chance)
    first = chance.randrange(len(words) - 1)
    a, b = words[first], words[first + 1]
    return content[: a.start()] + b[0] + content[a.end() : b.start()] + a[0] + content[b.end() :]


def replace_word(content: bytes, chance: random.Random) -> bytes:
    """A word is something nasty."""
    words = list(_WORD.finditer(content))
    if not words:
        return content + chance.choice(NASTY).encode()
    word = chance.choice(words)
    return content[: word.start()] + chance.choice(NASTY).encode() + content[word.end() :]


def copy_word(content: bytes, chance: random.Random) -> bytes:
    """A word is that of another place: a key or a clip comes twice."""
    words = list(_WORD.finditer(content))
    if not words:
        return flip_bit(content, chance)
    word, other = chance.choice(words), chance.choice(words)
    return content[: word.start()] + other[0] + content[word.end() :]


def swap_lines(content: bytes, chance: random.Random) -> bytes:
    """Two lines change places."""
    lines = _LINE.findall(content)
    a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return b"".join(lines)


def repeat_line(content: bytes, chance: random.Random) -> bytes:
    """A line comes twice: a key, a row."""
    lines = _LINE.findall(content)
    line = chance.randrange(len(lines))
    return b"".join([*lines[:line], lines[line], *lines[line:]])


def drop_line(content: bytes, chance: random.Random) -> bytes:
    """A line is missing."""
    lines = _LINE.findall(content)
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def nest(content: bytes, chance: random.Random) -> bytes:
    """A word is nested beyond every reader's depth."""
    opening, closing = chance.choice((("[", "]"), ('{"a":', "}"), ("- ", ""), ("(", ")")))
    deep = (opening * DEEP + "1" + closing * DEEP).encode()
    words = list(_WORD.finditer(content))
    word = chance.choice(words) if words else None
    return deep if word is None else content[: word.start()] + deep + content[word.end() :]


MUTATIONS: Final[dict[str, Mutation]] = {
    each.__name__: each
    for each in (
        *(flip_bit, flip_many, cut, cut_out, double_span, zero_block, grow),
        *(swap_words, replace_word, copy_word, swap_lines, repeat_line, drop_line, nest),
    )
}
FOR_BINARY: Final = ("flip_bit", "flip_many", "cut", "cut_out", "double_span", "zero_block", "grow", "replace_word")
"""Those that make sense for files that are no text."""


def mutations_for(content: bytes) -> tuple[str, ...]:
    """Names of the mutations that make sense for a file."""
    return FOR_BINARY if b"\0" in content else tuple(MUTATIONS)
