import torch

from blemore_cli.core.rng import numpy_generator, torch_generator


def test_streams_repeat_and_differ_by_purpose() -> None:
    first, again = (numpy_generator(3, "batches", 1).random(4).tolist() for _ in range(2))
    assert first == again
    assert first != numpy_generator(3, "batches", 2).random(4).tolist()
    assert first != numpy_generator(4, "batches", 1).random(4).tolist()
    one, same, other = (torch.rand(4, generator=torch_generator(0, name)) for name in ("a", "a", "b"))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
