"""Contents that are in the place of a file: of other kinds, of no kind, too much, too deep, or made to harm."""

import gzip
import io
import pickle
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
import torch
from tests.faults.hostile.mutations import DEEP

PWNED: Final = "pwned"
"""The file that is there if something was executed."""


class Hostile:
    """Creates a file when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[Path]]:
        return Path.touch, (Path(PWNED),)


def saved(save: Callable[[io.BytesIO], Any]) -> bytes:
    """What a function writes to a file."""
    file = io.BytesIO()
    save(file)
    return file.getvalue()


@cache
def zip_bomb(name: str) -> bytes:
    """A zip archive with 2.2 GB of zeros under a name."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    head = saved(lambda file: np.lib.format.write_array_header_1_0(file, _HUGE))

    def write(file: io.BytesIO) -> None:
        with zipfile.ZipFile(file, "w", compresslevel=1) as archive, archive.open(member, "w", force_zip64=True) as to:
            to.write(head)
            for _ in range(2200):
                to.write(bytes(1 << 20))

    return saved(write)


_HUGE: Final = {"descr": "<f4", "fortran_order": False, "shape": (2200 * 1024, 256)}


def gzip_bomb() -> bytes:
    """A gzip file of 2.5 GB of rows of a table: gzip files one after the other are one."""
    return gzip.compress(b"filename,a\n") + 2500 * gzip.compress(b"a,0\n" * (1 << 18))


def hostile_npz() -> bytes:
    """Arrays of objects that execute."""
    objects = np.array([Hostile()], dtype=object)
    return saved(lambda file: np.savez(file, X=objects, filenames=objects))


def linked_hdf5() -> bytes:
    """Links out of the file, and a dataset that is stored elsewhere."""

    def write(buffer: io.BytesIO) -> None:
        with h5py.File(buffer, "w") as file:
            file.attrs["format"] = "blemore-index"
            file["X"] = h5py.ExternalLink("/etc/passwd", "/")
            file["filenames"] = h5py.SoftLink("/X")
            file.create_dataset("outside", (64,), "u1", external=[("/etc/passwd", 0, 64)])

    return saved(write)


def huge_npy() -> bytes:
    """A header that promises a terabyte."""
    shape = {"descr": "<f8", "fortran_order": False, "shape": (1 << 37,)}
    return saved(lambda file: np.lib.format.write_array_header_1_0(file, shape)) + bytes(64)


def object_npy() -> bytes:
    """An array of an object that executes."""
    return saved(lambda file: np.save(file, np.array([Hostile()], dtype=object)))


BAD_CONTENTS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "empty": lambda _: b"",
    "zeros": lambda clean: bytes(len(clean)),
    "noise": lambda _: np.random.default_rng(0).bytes(4096),
    "line ends": lambda _: b"\n" * 1000,
    "html": lambda _: b"<!doctype html><html><script>alert(1)</script></html>",
    "lfs": lambda _: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "deep lists": lambda _: b"[" * DEEP,
    "deep objects": lambda _: b'{"a":' * DEEP,
    "deep yaml": lambda _: b"".join(b" " * level + b"a:\n" for level in range(3000)),
    "deep items": lambda _: b"- " * DEEP,
    "json null": lambda _: b"null",
    "json list": lambda _: b"[1, 2, 3]",
    "json number": lambda _: b"9" * 5000,
    "json text": lambda _: b'"text"',
    "json keys": lambda _: b'{"predictions": 1, "predictions": 2}',
    "yaml tag": lambda _: b"runs: !!python/object/apply:os.system [touch pwned]\n",
    "yaml aliases": lambda _: b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n",
    "escapes": lambda _: b"\x1b]0;owned\x07\x1b[2J,\x1b[31m\n\x9b2J,1\n",
    "utf-16": lambda clean: clean.decode("latin-1").encode("utf-16"),
    "long line": lambda _: b"x" * (1 << 22),
    "many columns": lambda _: b",".join(b"c%d" % number for number in range(3000)) + b"\n",
    "twice": lambda clean: clean + clean,
    "pickle": lambda _: pickle.dumps(Hostile()),
    "torch pickle": lambda _: saved(lambda file: torch.save({"X": Hostile()}, file)),
    "object npz": lambda _: hostile_npz(),
    "object npy": lambda _: object_npy(),
    "huge npy": lambda _: huge_npy(),
    "linked hdf5": lambda _: linked_hdf5(),
    "safetensors": lambda _: (1 << 62).to_bytes(8, "little") + b"{}",
    "safetensors lie": lambda _: _tensors(b'{"a":{"dtype":"F32","shape":[1099511627776],"data_offsets":[0,4]}}'),
    "zip bomb": lambda clean: zip_bomb("preds.json" if b"preds.json" in clean[:60] else "X.npy"),
    "gzip bomb": lambda _: gzip_bomb(),
    "playlist": lambda _: b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n#EXT-X-ENDLIST\n",
    "own name": lambda _: b"../../../../../../etc/passwd\n",
}
"""Each by its name; the clean content is given."""


def _tensors(header: bytes) -> bytes:
    return len(header).to_bytes(8, "little") + header + bytes(4)
