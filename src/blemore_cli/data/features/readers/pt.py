"""`.pt` files of one clip: one dense tensor, and nothing that loading would execute."""

import io
from pathlib import Path

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import ClipFileReader
from blemore_cli.data.features.records import ClipFeatures


class PtFile(ClipFileReader):
    """A `.pt` tensor (D,) or (T, D) of one clip, in the precision of the file; bfloat16 becomes float32."""

    name = "pt"
    suffixes = (".pt",)
    accepted = "CLIP.pt"
    requirement = "a .pt file of one dense tensor of numbers and nothing that executes"
    fix = "Save the tensor alone with torch.save, as numbers [T, D] or [D], or use .npy."
    bytes_per_second = 2e8

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the tensor."""
        import torch

        tensor = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
        if not isinstance(tensor, torch.Tensor):
            raise DataError(f"{path} must hold one tensor, got {type(tensor).__name__}", fix=self.fix)
        if tensor.untyped_storage().nbytes() < tensor.numel() * tensor.element_size():
            raise DataError(f"{path} must hold each value of its tensor, got an expanded view", fix=self.fix)
        return ClipFeatures((tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy(force=True))
