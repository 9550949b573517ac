"""Text in NumPy arrays of objects, read from their pickle without unpickling it.

NumPy writes an array of Python strings (`df["filename"].values`) as a pickle, and a pickle is a program. Its operations
are decoded here, by the standard library's disassembler, into plain values: nothing is imported, called or executed,
and what is not exactly an array of strings is refused.
"""

import math
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_ARRAY: Final = frozenset({"numpy.core.multiarray _reconstruct", "numpy._core.multiarray _reconstruct"})
_NDARRAY: Final = "numpy ndarray"
_DTYPE: Final = "numpy dtype"
_ENCODE: Final = "_codecs encode"
_MARK: Final = object()


@dataclass(frozen=True)
class _Global:
    """The name of a function or class, which is never looked up."""

    name: str


@dataclass
class _Object:
    """A call that unpickling would make, as plain values."""

    function: object
    arguments: object
    state: object = None


def strings_of(pickled: bytes) -> list[str]:
    """The strings of the pickle of a NumPy array of strings, [N] or [N, 1].

    Raises:
        ValueError: If the pickle holds anything else.
    """
    try:
        values = _array_values(_decoded(pickled))
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError, StopIteration) as error:
        raise ValueError("its objects are not an array of strings in one dimension") from error
    texts = [value.decode() if isinstance(value, bytes) else value for value in values]
    if not all(isinstance(text, str) for text in texts):
        kinds = sorted({type(text).__name__.strip("_") for text in texts if not isinstance(text, str)})
        raise ValueError(f"its objects are not all strings, but also {', '.join(kinds)}")
    return texts


def _array_values(array: Any) -> list[Any]:
    """The elements of an array of objects in one dimension."""
    version, shape, dtype, is_fortran, values = array.state
    is_array = (
        isinstance(array.function, _Global)
        and array.function.name in _ARRAY
        and array.arguments[0] == _Global(_NDARRAY)
        and dtype.function == _Global(_DTYPE)
        and dtype.arguments[0] in {"O8", "O4", "O"}
        and (version, is_fortran) in {(1, False), (1, True)}
    )
    if not (is_array and isinstance(values, list) and shape and len(values) == max(shape) == math.prod(shape)):
        raise ValueError("another object")
    return values


class _Decoder:
    """A stack of plain values, on which the operations of a pickle are carried out as data."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def since_mark(self) -> list[Any]:
        """Takes everything above the last mark, and the mark."""
        start = len(self.stack) - 1 - next(n for n, item in enumerate(reversed(self.stack)) if item is _MARK)
        items = self.stack[start + 1 :]
        del self.stack[start:]
        return items

    def last(self, n_items: int) -> list[Any]:
        """Takes the last few values."""
        if len(self.stack) < n_items:
            raise IndexError
        items = self.stack[-n_items:]
        del self.stack[-n_items:]
        return items

    def extend(self, items: list[Any]) -> None:
        """Adds values to the list on top."""
        if not isinstance(self.stack[-1], list):
            raise TypeError
        self.stack[-1].extend(items)

    def call(self) -> None:
        """Notes a call; that of `_codecs.encode`, which older pickles of bytes have, is its text."""
        function, arguments = self.last(2)
        if function == _Global(_ENCODE):
            self.stack.append(arguments[0].encode("latin-1"))
        else:
            self.stack.append(_Object(function, arguments))

    def build(self) -> None:
        """Notes the state of a call's object."""
        target, state = self.last(2)
        target.state = state
        self.stack.append(target)


_CONSTANTS: Final[dict[str, object]] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES: Final = frozenset(
    [
        *("BINFLOAT", "BININT", "BININT1", "BININT2", "INT", "LONG1"),
        *("SHORT_BINBYTES", "BINBYTES", "BINBYTES8", "SHORT_BINSTRING", "BINSTRING"),
        *("SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8", "UNICODE"),
    ]
)
_STEPS: Final[dict[str, Callable[[_Decoder, Any], None]]] = {
    "MARK": lambda decoder, _: decoder.stack.append(_MARK),
    "EMPTY_TUPLE": lambda decoder, _: decoder.stack.append(()),
    "TUPLE1": lambda decoder, _: decoder.stack.append(tuple(decoder.last(1))),
    "TUPLE2": lambda decoder, _: decoder.stack.append(tuple(decoder.last(2))),
    "TUPLE3": lambda decoder, _: decoder.stack.append(tuple(decoder.last(3))),
    "TUPLE": lambda decoder, _: decoder.stack.append(tuple(decoder.since_mark())),
    "EMPTY_LIST": lambda decoder, _: decoder.stack.append([]),
    "APPEND": lambda decoder, _: decoder.extend(decoder.last(1)),
    "APPENDS": lambda decoder, _: decoder.extend(decoder.since_mark()),
    "GLOBAL": lambda decoder, name: decoder.stack.append(_Global(name)),
    "STACK_GLOBAL": lambda decoder, _: decoder.stack.append(_Global(" ".join(decoder.last(2)))),
    "REDUCE": lambda decoder, _: decoder.call(),
    "BUILD": lambda decoder, _: decoder.build(),
    "MEMOIZE": lambda decoder, _: decoder.memo.__setitem__(len(decoder.memo), decoder.stack[-1]),
    "BINPUT": lambda decoder, place: decoder.memo.__setitem__(place, decoder.stack[-1]),
    "LONG_BINPUT": lambda decoder, place: decoder.memo.__setitem__(place, decoder.stack[-1]),
    "BINGET": lambda decoder, place: decoder.stack.append(decoder.memo[place]),
    "LONG_BINGET": lambda decoder, place: decoder.stack.append(decoder.memo[place]),
    "PROTO": lambda *_: None,
    "FRAME": lambda *_: None,
}


def _decoded(pickled: bytes) -> Any:
    decoder = _Decoder()
    for operation, argument, _ in pickletools.genops(pickled):
        name = operation.name
        if name == "STOP":
            (result,) = decoder.stack
            return result
        if name in _VALUES:
            decoder.stack.append(argument)
        elif name in _CONSTANTS:
            decoder.stack.append(_CONSTANTS[name])
        elif name in _STEPS:
            _STEPS[name](decoder, argument)
        else:
            raise ValueError(f"the operation {name}")
    raise ValueError("no end")
