import numpy as np
import torch

from blemore_cli.core.config import TrainConfig
from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.model.network import Architecture
from blemore_cli.training.loop import AVERAGING, Stream, Trainer, new_network
from blemore_cli.training.scaler import fit_scaler

ROWS = np.arange(240)


def trained(table: FeatureTable, *, seed: int = 0, n_epochs: int = 3) -> tuple[list[float], dict[str, torch.Tensor]]:
    inputs = fit_scaler(table, ROWS, clamp_sd=6).apply(table, ROWS)
    stream = Stream(seed, 0, "final")
    network = new_network(Architecture(table.widths, top_n=2), torch.zeros(3), stream)
    trainer = Trainer(network, inputs, torch.from_numpy(table.clips.label[ROWS]), TrainConfig(), stream)
    return [trainer.epoch() for _ in range(n_epochs)], trainer.averaged.state_dict()


def test_loss_falls(tiny_table: FeatureTable) -> None:
    losses, _ = trained(tiny_table, n_epochs=15)
    assert losses[-1] < 0.8 * losses[0]


def test_same_stream_same_bytes(tiny_table: FeatureTable) -> None:
    (losses, state), (again, same), (_, other) = trained(tiny_table), trained(tiny_table), trained(tiny_table, seed=1)
    assert losses == again
    assert all(torch.equal(state[key], same[key]) for key in state)
    assert not torch.equal(state["gate.query"], other["gate.query"])


def test_the_average_is_the_polynomial_decay_average(tiny_table: FeatureTable) -> None:
    inputs = fit_scaler(tiny_table, ROWS, clamp_sd=6).apply(tiny_table, ROWS)
    stream = Stream(0, 0, "final")
    network = new_network(Architecture(tiny_table.widths), torch.zeros(3), stream)
    one_batch = TrainConfig(batch_size=len(ROWS))
    trainer = Trainer(network, inputs, torch.from_numpy(tiny_table.clips.label[ROWS]), one_batch, stream)
    expected = network.gate.query.detach().clone()
    for step in range(1, 5):
        trainer.epoch()
        share = (AVERAGING + 1) / (AVERAGING + step)
        expected = (1 - share) * expected + share * network.gate.query.detach()
    torch.testing.assert_close(trainer.averaged.gate.query, expected)
