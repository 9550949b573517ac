"""Files of safetensors as containers of arrays."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from blemore_cli.data.features.containers.base import Container, Entry, Name, described, split_key
from blemore_cli.data.features.containers.torch_file import check_no_model, entry_of, numbers_of


class SafetensorsFile(Container):
    """A `.safetensors` file: a file on disk keeps its tensors there until they are wanted."""

    def __init__(self, file: Path | bytes, path: Path) -> None:
        self._path = path
        self._file: Any = _loaded(file) if isinstance(file, bytes) else _opened(file)
        self._is_loaded = isinstance(file, bytes)
        self._keys: dict[Name, str] = {split_key(key): key for key in self._file.keys()}  # noqa: SIM118 (no mapping)
        check_no_model(self._keys.values(), path)

    @cached_property
    def entries(self) -> Mapping[Name, Entry]:
        """Every tensor."""
        return {name: self._entry(key) for name, key in self._keys.items()}

    def array(self, name: Name) -> np.ndarray:
        """Reads a tensor; floats that NumPy lacks, such as bfloat16, become float32."""
        key = self._keys[name]
        return numbers_of(self._file[key] if self._is_loaded else self._file.get_tensor(key), self._path)

    def texts(self, name: Name) -> list[str]:
        """No tensor is text."""
        raise KeyError(name)

    def _entry(self, key: str) -> Entry:
        if self._is_loaded:
            return entry_of(self._file[key])
        part = self._file.get_slice(key)
        shape, dtype = tuple(part.get_shape()), part.get_dtype()
        return Entry("other" if dtype.startswith("C") else "numbers", shape, described(shape, dtype))


def _loaded(content: bytes) -> Any:
    from safetensors.torch import load

    return load(content)


def _opened(path: Path) -> Any:
    from safetensors import safe_open

    return safe_open(path, framework="pt")
