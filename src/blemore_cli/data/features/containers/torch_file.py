"""Files of `torch.save` as containers of arrays."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.containers.base import Container, Entry, Name, described, shown

if TYPE_CHECKING:
    import torch

_WEIGHT: Final = re.compile(r"(^|\.)(weight|bias|running_mean|running_var|num_batches_tracked)$")
_MAX_DEPTH: Final = 6
CONVERT_OBJECTS: Final = (
    "Loading it would have to execute what it holds, which is never done here. If you trust the file, convert it once "
    "in Python:\n"
    "  import torch, numpy as np\n"
    '  arrays = torch.load("{name}", weights_only=False)  # an array, or a dictionary of arrays\n'
    '  np.savez("{stem}.npz", **(arrays if isinstance(arrays, dict) else {{"features": arrays}}))'
)


class TorchFile(Container):
    """A tensor, or dictionaries and lists of tensors, loaded without anything that executes."""

    def __init__(self, file: Path | bytes, path: Path) -> None:
        self._path = path
        content = _loaded(file, path)
        self._values: dict[Name, Any] = dict(_flat((), content))
        check_no_model([shown(name[-1:]) for name in self._values], path)

    @property
    def entries(self) -> Mapping[Name, Entry]:
        """Every tensor, list of tensors or list of text."""
        return {name: entry_of(value) for name, value in self._values.items()}

    def array(self, name: Name) -> np.ndarray:
        """The numbers of a tensor, or of tensors of one shape as one array."""
        import torch

        value = self._values[name]
        if isinstance(value, torch.Tensor):
            return numbers_of(value, self._path)
        if all(isinstance(item, torch.Tensor) for item in value):
            return np.stack([numbers_of(item, self._path) for item in value])
        return np.array(value)

    def texts(self, name: Name) -> list[str]:
        """A list of text."""
        return list(self._values[name])


def numbers_of(tensor: "torch.Tensor", path: Path) -> np.ndarray:
    """The numbers of a dense tensor; floats that NumPy lacks, such as bfloat16, become float32.

    Raises:
        DataError: If the tensor does not hold each of its values.
    """
    import torch

    if tensor.untyped_storage().nbytes() < tensor.numel() * tensor.element_size():
        raise DataError(
            f"{path} must hold each value of its tensor, got an expanded view",
            fix="Save tensor.contiguous() with torch.save.",
        )
    known = (torch.float16, torch.float32, torch.float64)
    widened = tensor.float() if tensor.dtype.is_floating_point and tensor.dtype not in known else tensor
    return np.asarray(widened.numpy(force=True))


def _loaded(file: Path | bytes, path: Path) -> Any:
    import torch

    is_zip = isinstance(file, Path) and zipfile.is_zipfile(file)
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    try:
        return torch.load(source, weights_only=True, map_location="cpu", mmap=is_zip)
    except Exception as error:
        if type(error).__name__ != "UnpicklingError":
            raise
        raise DataError(
            f"{path} must hold tensors and nothing that executes, got something else, such as NumPy arrays or a model",
            fix=CONVERT_OBJECTS.format(name=path.name, stem=path.stem),
        ) from error


def _flat(name: Name, value: Any) -> Iterator[tuple[Name, Any]]:
    """The values of nested dictionaries by the keys that lead to them."""
    if not isinstance(value, dict) or len(name) > _MAX_DEPTH:
        yield name, tuple(value) if isinstance(value, list) else value
        return
    for key, item in value.items():
        yield from _flat((*name, str(key)), item)


def entry_of(value: Any) -> Entry:
    """What a value is: a tensor, tensors or text or numbers in a list, or something else."""
    import torch

    if isinstance(value, torch.Tensor):
        shape = tuple(value.shape)
        return Entry("other" if value.dtype.is_complex else "numbers", shape, described(shape, value.dtype))
    if not isinstance(value, tuple) or not value:
        return Entry("other", (), f"a {type(value).__name__}")
    if all(isinstance(item, str) for item in value):
        return Entry("text", (len(value),), described((len(value),), "text"))
    if all(isinstance(item, torch.Tensor) for item in value):
        return _stacked(value)
    is_numbers = all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    return Entry("numbers" if is_numbers else "other", (len(value),), f"a list of {type(value[0]).__name__}")


def _stacked(tensors: tuple[Any, ...]) -> Entry:
    shapes = {tuple(tensor.shape) for tensor in tensors}
    if len(shapes) > 1:
        return Entry("other", (len(tensors),), f"a list of {len(tensors)} tensors of different shapes")
    shape = (len(tensors), *shapes.pop())
    return Entry("numbers", shape, f"{len(tensors)} tensors, {described(shape, tensors[0].dtype)}")


def check_no_model(keys: Iterable[str], path: Path) -> None:
    """Refuses the weights of a model, by the names of its parameters.

    Raises:
        DataError: If some key is that of a parameter.
    """
    if weights := [key for key in keys if _WEIGHT.search(key)]:
        raise DataError(
            f"{path} must hold features, got a model's weights, such as {listed(weights, 2)}",
            fix="Run the model on the clips, and save what it gives for each of them.",
        )
