"""The sparse path says what the plain forward says."""

from typing import Any, get_args

import pytest
import torch

from blemore_cli.core.choices import LatentFusion, Selection
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork, FusionNetwork
from blemore_cli.model.sparse import extracted, kept_latents, predicted

B, WIDTHS = 40, (3, 5, 4, 7)


def network(**more: Any) -> FusionNetwork:
    architecture = Architecture(WIDTHS, d_latent=8, d_gate=4, **more)
    return build_network(architecture, generator=torch.Generator().manual_seed(0)).requires_grad_(False)


def batch(n_clips: int = B, absent: float = 0.4) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    present = torch.rand(n_clips, len(WIDTHS), generator=generator) >= absent
    present[:, 0] = True
    features = [torch.randn(n_clips, d, generator=generator) * present[:, [e]] for e, d in enumerate(WIDTHS)]
    return features, present, torch.rand(n_clips, len(WIDTHS), generator=generator)


@pytest.mark.parametrize("selection", get_args(Selection))
@pytest.mark.parametrize("fusion", get_args(LatentFusion))
@pytest.mark.parametrize("top_n", [1, 2, 9])
@pytest.mark.parametrize("view", [(), (1,), (3, 0)])
def test_sparse_is_plain(selection: Selection, fusion: LatentFusion, top_n: int, view: tuple[int, ...]) -> None:
    model = network(selection=selection, fusion=fusion, top_n=top_n, heads="mixture", gate_view=view)
    for absent in (0.0, 0.4):
        asked = batch(absent=absent)
        for found, expected in zip(predicted(model, *asked), model(*asked), strict=True):
            torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)


def test_a_baseline_reads_everything() -> None:
    model, asked = network(family="mlp256"), batch()
    assert torch.equal(predicted(model, *asked).log_prob, model(*asked).log_prob)


def test_only_kept_rows_are_projected() -> None:
    model = network()
    assert isinstance(model, BlemoreNetwork)
    features, present, _ = batch()
    kept = present & (torch.arange(B) % 2 == 0)[:, None]
    kept[:, 2] = False
    seen: list[int] = []
    for each in model.project.maps:
        each.register_forward_hook(lambda _, args, __: seen.append(len(args[0])))
    latents = kept_latents(model.project, features, kept)
    assert seen == [int(n) for n in kept.sum(0) if n]
    assert not latents[~kept].any()
    torch.testing.assert_close(latents[kept], model.project(features)[kept], rtol=0, atol=1e-6)


def test_no_clip_is_no_row() -> None:
    assert predicted(network(), *batch(0)).log_prob.shape == (0, 36)


def test_only_what_is_taken_must_be_extracted_where_encoders_are_taken_one_by_one() -> None:
    present, kept = torch.ones(1, 4, dtype=torch.bool), torch.tensor([[True, False, True, False]])
    needed = {rule: extracted(Architecture(WIDTHS, selection=rule), present, kept) for rule in get_args(Selection)}
    assert [rule for rule, encoders in needed.items() if torch.equal(encoders, kept)] == ["random", "fixed", "greedy"]
