from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.choices import LatentFusion
from blemore_cli.model.fusion import FUSIONS
from blemore_cli.model.fusion.base import Fusion, dropped, fusion_weights
from blemore_cli.model.fusion.concat import ConcatFusion
from blemore_cli.model.fusion.rank import RankFusion
from blemore_cli.model.fusion.transformer import TransformerFusion
from blemore_cli.model.fusion.weighted import WeightedFusion


def new(fusion: LatentFusion) -> Fusion:
    return FUSIONS.new(fusion, 5, 2, 3, generator=torch.Generator(), options={})


@pytest.mark.parametrize("fusion", get_args(LatentFusion))
def test_every_name_gives_its_width(fusion: LatentFusion) -> None:
    rule = new(fusion)
    assert rule(torch.randn(4, 5, 3), torch.rand(4, 5)).shape == (4, rule.n_places * 3)
    assert rule.n_places == (2 if fusion == "concat" else 1)


def test_names_are_those_of_the_rules() -> None:
    kinds = {fusion: type(new(fusion)) for fusion in get_args(LatentFusion)}
    assert kinds == {
        "weighted": WeightedFusion,
        "rank": RankFusion,
        "concat": ConcatFusion,
        "transformer": TransformerFusion,
    }


def test_the_default_has_nothing_to_save() -> None:
    assert not new("weighted").state_dict()


def test_only_concatenated_models_must_keep_equally_many() -> None:
    keys = {fusion: [FUSIONS[fusion].stack_key(n) for n in (2, 3, "auto", "all")] for fusion in FUSIONS}
    assert keys == {fusion: [None] * 4 for fusion in FUSIONS} | {"concat": [2, 3, "auto", "all"]}


@given(st.integers(0, 10_000), st.floats(0.1, 10))
def test_weights_are_a_distribution_over_the_kept(seed: int, temperature: float) -> None:
    generator = torch.Generator().manual_seed(seed)
    scores = 5 * torch.randn(4, 6, generator=generator, dtype=torch.float64)
    kept = torch.rand(4, 6, generator=generator) < 0.5
    kept[:, 0] = True
    weights = fusion_weights(scores, kept, temperature)
    assert (weights[~kept] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(4, dtype=torch.float64))
    expected = (scores / temperature).exp() * kept
    torch.testing.assert_close(weights, expected / expected.sum(-1, keepdim=True), atol=1e-5, rtol=1e-4)


def test_where_nothing_is_kept_weights_and_gradients_are_zero() -> None:
    scores = torch.randn(3, 4, requires_grad=True)
    kept = torch.tensor([[True, False, True, False], [False] * 4, [True] * 4])
    weights = fusion_weights(scores, kept)
    torch.testing.assert_close(weights.sum(-1), torch.tensor([1.0, 0.0, 1.0]))
    (gradient,) = torch.autograd.grad(weights.square().sum(), scores)
    assert gradient.isfinite().all()
    assert (gradient[1] == 0).all()


def test_dropout_is_alike_in_all_latents_side_by_side() -> None:
    fused, drops = torch.randn(3, 5, 2 * 4), torch.rand(3, 5, 4)
    both = [dropped(part, drops, 0.4) for part in fused.chunk(2, dim=-1)]
    assert torch.equal(dropped(fused, drops, 0.4), torch.cat(both, dim=-1))


def test_dropout_keeps_the_expectation() -> None:
    fused, drops = torch.ones(200, 500), torch.rand(200, 500, generator=torch.Generator().manual_seed(0))
    result = dropped(fused, drops, 0.4)
    assert set(result.flatten().tolist()) == {0.0, float(torch.tensor(1.0) / 0.6)}
    assert abs(float(result.mean()) - 1) < 0.01
    assert torch.equal(dropped(fused, drops, 0.0), fused)
