"""Random streams of one training, named by its seed and by what it leaves out."""

from dataclasses import dataclass

import torch

from blemore_cli.core.rng import torch_generator


@dataclass(frozen=True)
class SeedStream:
    """Names the random streams of one training: the same seed and rows give the same bytes.

    The name knows nothing of the configuration, so the arms of an ablation share initial weights and batches.

    Attributes:
        seed: The seed.
        left_out: Name of the split whose held-out rows the training leaves out.
    """

    seed: int
    left_out: str

    def torch(self, use: str) -> torch.Generator:
        """Draws tensors for one use, such as initial weights."""
        return torch_generator(self.seed, "training without", self.left_out, use)
