from typing import get_args

import pytest
import torch

from blemore_cli.core.choices import Family
from blemore_cli.model.baselines import ConcatNetwork
from blemore_cli.model.build_network import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork


@pytest.mark.parametrize("family", get_args(Family))
def test_every_family_has_a_network_with_its_architecture(family: Family) -> None:
    architecture = Architecture((4, 3), family=family)
    network = build_network(architecture, generator=torch.Generator())
    assert type(network) is (BlemoreNetwork if family == "gated" else ConcatNetwork)
    assert network.architecture is architecture


@pytest.mark.parametrize("family", ["gated", "mlp256"])
def test_initial_weights_come_from_the_generator(family: Family) -> None:
    architecture = Architecture((4, 3), family=family)
    first, again, other = (
        build_network(architecture, generator=torch.Generator().manual_seed(seed)).state_dict() for seed in (5, 5, 6)
    )
    torch.testing.assert_close(first, again, rtol=0, atol=0)
    assert any(not torch.equal(first[key], other[key]) for key in first)
