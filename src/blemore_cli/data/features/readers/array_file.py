"""Files of one clip in formats that can hold several arrays."""

from pathlib import Path
from typing import ClassVar

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.data.features.containers.base import Container, Name, shown
from blemore_cli.data.features.containers.hdf5 import Hdf5, is_index
from blemore_cli.data.features.containers.npz import Npz
from blemore_cli.data.features.containers.places import features_among
from blemore_cli.data.features.containers.safetensors_file import SafetensorsFile
from blemore_cli.data.features.containers.torch_file import TorchFile
from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures


class ArrayFile(ClipFileReader):
    """A file with the array of one clip, whatever its key; of several, the one that is named like features.

    Attributes:
        container: What opens the file.
    """

    container: ClassVar[type[Container]]

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Takes the array of features; which others are left out is noted."""
        container = self.container(content, path)
        name, left_out = self._features_among(container, path)
        notes = {f"arrays named {shown(other)} left out": 1 for other in left_out}
        return ClipFeatures(container.array(name), notes=notes)

    def could_be_clip(self, path: Path) -> bool:
        """Whether the file has one array like those of a clip, or is too damaged to tell.

        The number of axes does not matter: reading the file checks it.
        """
        try:
            self.parse(read_bytes(path, "feature file", DataError), path)
        except DataError:
            return False
        except Exception:  # reading the file as a clip's names what is wrong with it
            return True
        return True

    def _features_among(self, container: Container, path: Path) -> tuple[Name, list[Name]]:
        """The array with the features, and the names of the other arrays of numbers."""
        numbers = {name: entry for name, entry in container.entries.items() if entry.kind == "numbers" and entry.shape}
        chosen = features_among(numbers) or list(numbers)
        if len(chosen) != 1:
            arrays = [f"{shown(name) or 'one'} {entry.described}" for name, entry in container.entries.items()]
            raise DataError(
                f"{path} must hold one array of numbers, or one that is named features, got "
                f"{listed(arrays) or 'nothing'}",
                fix=self.fix,
            )
        return chosen[0], [name for name in numbers if name != chosen[0]]


class NpzFile(ArrayFile):
    """A `.npz` archive (D,) or (T, D) of one clip."""

    name = "npz"
    container = Npz
    suffixes = (".npz",)
    requirement = "an .npz archive of one array of numbers"
    fix = "Save the array alone with np.save or np.savez, as numbers [T, D] or [D]."


class PtFile(ArrayFile):
    """A file of `torch.save` (D,) or (T, D) of one clip, in the precision of the file; bfloat16 becomes float32.

    Tensors of one shape in a list are one array.
    """

    name = "pt"
    container = TorchFile
    suffixes = (".pt", ".pth", ".bin")
    requirement = "a .pt file of one dense tensor of numbers and nothing that executes"
    fix = "Save the tensor alone with torch.save, as numbers [T, D] or [D], or use .npy."
    bytes_per_second = 2e8


class SafetensorsClip(ArrayFile):
    """A `.safetensors` file (D,) or (T, D) of one clip."""

    name = "safetensors"
    container = SafetensorsFile
    suffixes = (".safetensors",)
    requirement = "a .safetensors file of one tensor of numbers"
    fix = "Save one tensor of numbers [T, D] or [D] with safetensors."


class Hdf5File(ArrayFile):
    """An HDF5 file, or one of MATLAB's version 7.3, with the dataset (D,) or (T, D) of one clip."""

    name = "hdf5"
    container = Hdf5
    suffixes = (".h5", ".hdf5", ".mat")
    requirement = "an HDF5 file of one dataset of numbers"
    fix = "Write one dataset of numbers [T, D] or [D] with h5py."

    def could_be_clip(self, path: Path) -> bool:
        """Whether it is not an index, and has features like those of a clip."""
        return self.matches(path) and not is_index(path) and super().could_be_clip(path)
