from typing import Any, get_args

import pytest
import torch

from blemore_cli.core.choices import Family, LatentFusion, Selection
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork, TrainingStep

B, WIDTHS = 6, (3, 5, 4, 7)
SELECTIONS: tuple[Selection, ...] = get_args(Selection)
FUSIONS: tuple[LatentFusion, ...] = get_args(LatentFusion)


def network(selection: Selection = "learned", top_n: int = 2, seed: int = 0, **more: Any) -> BlemoreNetwork:
    architecture = Architecture(WIDTHS, d_latent=8, d_gate=4, selection=selection, top_n=top_n, **more)
    model = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(seed))
    opinion = torch.Generator().manual_seed(seed)  # gates start without one
    torch.nn.init.normal_(model.gate.query, generator=opinion)
    return model


def batch(*leading: int) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    features = [torch.randn(*leading, B, width, generator=generator) for width in WIDTHS]
    present = torch.rand(*leading, B, len(WIDTHS), generator=generator) < 0.6
    present[..., 0] = True
    return features, present, torch.rand(*leading, B, len(WIDTHS), generator=generator)


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("top_n", [1, 2, 9])
@pytest.mark.parametrize("fusion", FUSIONS)
def test_every_selection_gives_distributions(selection: Selection, top_n: int, fusion: LatentFusion) -> None:
    features, present, draws = batch()
    model = network(selection, top_n, fusion=fusion)
    output = model(features, present, draws)
    torch.testing.assert_close(output.log_prob.exp().sum(-1), torch.ones(B))
    torch.testing.assert_close(output.weights.sum(-1), torch.ones(B))
    n_kept = len(WIDTHS) if selection in ("full", "mean") else top_n
    assert torch.equal((output.weights > 0).sum(-1), present.sum(-1).clamp(max=n_kept))
    assert output.fused.shape == (B, model.d_fused)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_mean_is_uniform_over_what_is_present(fusion: LatentFusion) -> None:
    features, present, draws = batch()
    model = network("mean", fusion=fusion)
    if fusion == "rank":
        model.fuse.load_state_dict({"logits": torch.tensor([1.0, 0.5, -1.0, 2.0])})
    weights = model(features, present, draws).weights
    torch.testing.assert_close(weights, present / present.sum(-1, keepdim=True))


def test_random_keeps_the_largest_draws_and_fixed_the_best_ranked() -> None:
    features, _, draws = batch()
    present = torch.ones(B, len(WIDTHS), dtype=torch.bool)
    chosen = network("random")(features, present, draws).weights > 0
    assert torch.equal(chosen.float().topk(2).indices.sort().values, draws.topk(2).indices.sort().values)
    ranked = network("fixed")
    ranked.select.merit.copy_(torch.tensor([0.0, 3.0, 1.0, 2.0]))
    assert ((ranked(features, present, draws).weights > 0) == torch.tensor([False, True, False, True])).all()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_features_of_absent_or_dropped_encoders_do_not_matter(fusion: LatentFusion) -> None:
    features, present, draws = batch()
    model = network("learned", fusion=fusion)
    output = model(features, present, draws)
    untouched = [torch.where(present[:, [e]], x, x + 100) for e, x in enumerate(features)]
    assert torch.equal(model(untouched, present, draws).log_prob, output.log_prob)


def test_exploration_and_warmup_change_what_is_kept() -> None:
    features, _, draws = batch()
    present = torch.ones(B, len(WIDTHS), dtype=torch.bool)
    model = network("learned")
    plain, explored = (
        model(features, present, draws, TrainingStep(exploration=scale)).weights > 0 for scale in (0.0, 50.0)
    )
    assert not torch.equal(plain, explored)
    assert (model(features, present, draws, TrainingStep(dense=True)).weights > 0).all()


@pytest.mark.parametrize("fusion", FUSIONS)
def test_warm_up_fuses_all_that_is_present_whatever_the_selection(fusion: LatentFusion) -> None:
    features, present, draws = batch()
    for selection in SELECTIONS:
        dense = network(selection, 1, fusion=fusion)(features, present, draws, TrainingStep(dense=True)).weights > 0
        assert torch.equal(dense, present)


@pytest.mark.parametrize("top_n", [1, 2, 9])
def test_warm_up_concatenates_what_sums_to_the_weighted_mean_of_all(top_n: int) -> None:
    features, present, draws = batch()
    dense, weighted = (
        network("learned", top_n, fusion=rule)(features, present, draws, TrainingStep(dense=True))
        for rule in ("concat", "weighted")
    )
    assert torch.equal(dense.weights, weighted.weights)
    torch.testing.assert_close(dense.fused.unflatten(-1, (-1, 8)).sum(-2), weighted.fused)


def test_dropout_of_concatenated_latents_drops_a_coordinate_everywhere() -> None:
    features, present, draws = batch()
    model = network("full", fusion="concat", dropout=0.5)
    drops = torch.ones(B, 8)
    drops[:, 3] = 0.0
    plain = model(features, present, draws)
    expected = plain.fused.unflatten(-1, (4, 8)) * 2
    expected[..., 3] = 0.0
    head_log_probs = model(features, present, draws, TrainingStep(drops=drops)).head_log_probs
    torch.testing.assert_close(head_log_probs, model.heads.head_log_probs(expected.flatten(-2)))


@pytest.mark.parametrize("family", ["gated", "mlp256"])
def test_the_prediction_of_a_mixture_is_the_mean_of_its_opinions(family: Family) -> None:
    features, present, draws = batch(2)
    architecture = Architecture(WIDTHS, family=family, heads="mixture", d_latent=8, d_gate=4)
    output = build_network(architecture, generator=torch.Generator().manual_seed(0))(features, present, draws)
    assert output.head_log_probs.shape == (2, 2, B, 36)
    torch.testing.assert_close(output.log_prob.exp(), output.head_log_probs.exp().mean(1))


def test_dropout_follows_the_draws_and_leaves_the_fused_latents() -> None:
    features, present, draws = batch()
    model = network()
    plain = model(features, present, draws)
    drops = torch.ones_like(plain.fused)
    drops[:3] = 0.0  # the first clips lose all latents, the others none
    dropped = model(features, present, draws, TrainingStep(drops=drops))
    assert torch.equal(dropped.fused, plain.fused)
    torch.testing.assert_close(dropped.log_prob[:3], model.heads(torch.zeros_like(plain.fused[:3])))
    torch.testing.assert_close(dropped.log_prob[3:], model.heads(plain.fused[3:] / (1 - model.architecture.dropout)))


def test_initial_weights_are_the_same_whatever_the_selection() -> None:
    reference = dict(network("learned").named_parameters())
    for selection in SELECTIONS:
        for name, weight in network(selection, 1).named_parameters():
            assert torch.equal(weight, reference[name])


def test_fusion_by_rank_begins_with_the_same_weights_and_its_own_logits() -> None:
    reference, by_rank = (dict(network(fusion=fusion).named_parameters()) for fusion in ("weighted", "rank"))
    assert not by_rank.pop("fuse.logits").any()
    assert by_rank.keys() == reference.keys()
    assert all(torch.equal(weight, reference[name]) for name, weight in by_rank.items())


def test_columns_are_cut_into_encoders() -> None:
    columns = torch.arange(2 * 19).reshape(2, 19)
    parts = Architecture(WIDTHS).features(columns)
    assert [part.shape[1] for part in parts] == list(WIDTHS)
    assert torch.equal(torch.cat(list(parts), dim=1), columns)


@pytest.mark.parametrize("fusion", ["weighted", "rank", "transformer"])
def test_stacked_models_of_different_selections_equal_each_model_alone(fusion: LatentFusion) -> None:
    models = [network(selection, 1 + seed % 3, seed, fusion=fusion) for seed, selection in enumerate(SELECTIONS)]
    for model in models if fusion == "rank" else []:
        model.fuse.load_state_dict({"logits": torch.tensor([1.0, 0.5, -1.0, 2.0])})
    models[2].select.merit.copy_(torch.tensor([0.0, 3.0, 1.0, 2.0]))
    stacked = {key: torch.stack([model.state_dict()[key] for model in models]) for key in models[0].state_dict()}
    features, present, draws = batch(len(models))
    together = torch.func.functional_call(models[0], stacked, (features, present, draws))
    for run, model in enumerate(models):
        alone = model([x[run] for x in features], present[run], draws[run])
        for found, expected in zip(together[:4], alone[:4], strict=True):
            torch.testing.assert_close(found[run], expected)


MORE: tuple[dict[str, Any], ...] = ({}, *({"fusion": rule} for rule in FUSIONS[1:]), {"heads": "mixture"})


@pytest.mark.parametrize("more", MORE, ids=str)
def test_gradients_reach_every_parameter(more: dict[str, Any]) -> None:
    features, present, draws = batch()
    model = network("full", **more)
    model(features, present, draws).log_prob[:, 7].sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in model.parameters())
