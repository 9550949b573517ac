"""Random streams: every generator derives from a seed and a purpose, so that no stream disturbs another."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def derived_seed(seed: int, *purpose: str | int) -> int:
    """Mixes a seed with a purpose into an independent 63-bit seed.

    Examples:
        >>> derived_seed(0, "batches", 1) == derived_seed(0, "batches", 1)
        True
        >>> derived_seed(0, "batches", 1) == derived_seed(0, "batches", 2)
        False
    """
    digest = hashlib.sha256(repr((seed, *purpose)).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def numpy_generator(seed: int, *purpose: str | int) -> np.random.Generator:
    """A NumPy generator for one purpose."""
    return np.random.default_rng(derived_seed(seed, *purpose))


def torch_generator(seed: int, *purpose: str | int) -> "torch.Generator":
    """A torch CPU generator for one purpose."""
    import torch

    return torch.Generator().manual_seed(derived_seed(seed, *purpose))
