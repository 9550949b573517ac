import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.network import Architecture
from blemore_cli.training.evidence.neighbour_fit import NUMBERS, fit_neighbours
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool


def fitted(rows: CrossFitted, actor: torch.Tensor) -> tuple[EvidenceNetwork, torch.Tensor]:
    architecture = Architecture((3, 4, 5, 6), d_latent=4, selection="neighbours", top_n=2)
    network = EvidenceNetwork(architecture, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    fit_pool(network.pool, rows)
    evidence = network.pool.evidence(rows.log_probs, rows.input_quality)
    return network, fit_neighbours(network, evidence, rows, actor)


def test_sound_encoders_have_the_larger_competence() -> None:
    planted = planted_evidence()
    network, scores = fitted(planted.rows, torch.arange(600))
    assert int(network.neighbours.n_neighbours) in NUMBERS
    assert scores[planted.sound].mean() > scores[~planted.sound].mean() + 0.3


def test_one_actor_has_no_neighbours_and_every_clip_the_same_competence() -> None:
    network, scores = fitted(planted_evidence(n=100).rows, torch.zeros(100, dtype=torch.int64))
    assert int(network.neighbours.n_neighbours) == NUMBERS[0]
    torch.testing.assert_close(scores, scores[:1].expand(100, 4))
