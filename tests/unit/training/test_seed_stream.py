import torch

from blemore_cli.training.seed_stream import SeedStream


def drawn(seed: int, left_out: str, use: str) -> torch.Tensor:
    return torch.rand(4, generator=SeedStream(seed, left_out).torch(use))


def test_a_stream_belongs_to_seed_rows_and_use_alone() -> None:
    assert torch.equal(drawn(0, "1+2", "batches"), drawn(0, "1+2", "batches"))
    others = [(1, "1+2", "batches"), (0, "1", "batches"), (0, "12", "batches"), (0, "1+2", "draws")]
    values = [drawn(*name) for name in [(0, "1+2", "batches"), *others]]
    for position, value in enumerate(values):
        assert not any(torch.equal(value, other) for other in values[:position])


def test_a_stream_starts_anew_each_time_it_is_asked_for() -> None:
    stream = SeedStream(3, "0")
    torch.rand(100, generator=stream.torch("draws"))
    assert torch.equal(torch.rand(4, generator=stream.torch("draws")), drawn(3, "0", "draws"))
