import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from tests.fixtures.evidence import planted_evidence

from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.network import Architecture
from blemore_cli.training.evidence.gate_scores import GateSource, LabelledEvidence, fit_gates_of_evidence, posteriors
from blemore_cli.training.evidence.pool_fit import CrossFitted
from blemore_cli.training.scaler import Rows
from blemore_cli.training.seed_stream import SeedStream

ARCHITECTURE = Architecture((6,) * 4, d_gate=4, top_n=2)


def planted() -> tuple[Rows, LabelledEvidence, torch.Tensor]:
    """Evidence whose soundness shows in one direction of the features, whose sign alone tells it."""
    rows, sound = planted_evidence(n=800)
    columns = torch.randn(800, 4, 6, generator=torch.Generator().manual_seed(1))
    columns[..., 0] += torch.where(sound, 1.5, -1.5)
    return Rows(columns.flatten(1), rows.present), LabelledEvidence(rows.log_probs.float(), rows.label), sound


def fitted(group: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[EvidenceNetwork, CrossFitted]:
    inputs, evidence, _ = planted()
    network = EvidenceNetwork(ARCHITECTURE, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    (rows,) = fit_gates_of_evidence([GateSource(network, inputs, evidence, group, SeedStream(0, "1"))])
    return network, rows


def test_posteriors_are_large_where_an_encoder_predicts_the_label() -> None:
    inputs, evidence, sound = planted()
    posterior = posteriors(evidence, inputs.present)
    assert posterior[sound].mean() > posterior[~sound].mean() + 0.4


def test_a_direction_of_the_features_is_seen_in_rows_that_the_gate_has_not_learned_from() -> None:
    _, _, sound = planted()
    _, rows = fitted(np.arange(800) % 2)
    for encoder in range(4):
        scores, is_sound = rows.input_quality[:, encoder, 1], sound[:, encoder]
        assert roc_auc_score(is_sound, scores) > 0.9


def test_scores_of_a_group_do_not_depend_on_its_posteriors() -> None:
    _, before = fitted(np.arange(800) % 2)
    inputs, evidence, _ = planted()
    moved = evidence._replace(log_probs=evidence.log_probs.clone())
    moved.log_probs[::2] = moved.log_probs[::2].flip(-1)
    network = EvidenceNetwork(ARCHITECTURE, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    source = GateSource(network, inputs, moved, np.arange(800) % 2, SeedStream(0, "1"))
    (after,) = fit_gates_of_evidence([source])
    assert torch.equal(before.input_quality[::2], after.input_quality[::2])
    assert not torch.equal(before.input_quality[1::2], after.input_quality[1::2])


def test_scores_are_standardised_within_each_group() -> None:
    group = np.arange(800) % 2
    _, rows = fitted(group)
    for one in (0, 1):
        scores = rows.input_quality[group == one][..., 1]
        torch.testing.assert_close(scores.mean(0), torch.zeros(4), atol=1e-5, rtol=0)
        torch.testing.assert_close(scores.std(0, correction=0), torch.ones(4), atol=1e-5, rtol=0)


def test_with_one_group_the_scores_are_those_of_the_gate() -> None:
    inputs, _, _ = planted()
    network, rows = fitted(np.zeros(800, dtype=np.int64))
    expected = network.input_quality(ARCHITECTURE.features(inputs.columns))
    torch.testing.assert_close(rows.input_quality, expected)


def test_gates_fitted_beside_others_are_the_same_to_the_bit() -> None:
    inputs, evidence, _ = planted()
    group = np.arange(800) % 2

    def source(seed: int, n: int = 800) -> GateSource:
        network = EvidenceNetwork(ARCHITECTURE, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
        part = LabelledEvidence(evidence.log_probs[:n], evidence.label[:n])
        return GateSource(network, Rows(inputs.columns[:n], inputs.present[:n]), part, group[:n], SeedStream(seed, "1"))

    together = [source(0), source(1), source(2, 700)]
    of_all = fit_gates_of_evidence(together)
    for seed, n in ((0, 800), (1, 800), (2, 700)):
        (alone,) = fit_gates_of_evidence([source(seed, n)])
        torch.testing.assert_close(of_all[seed].input_quality, alone.input_quality, rtol=0, atol=1e-4)
    (pair, _) = fit_gates_of_evidence([source(0), source(2, 700)])
    assert torch.equal(pair.input_quality, of_all[0].input_quality)  # also where another training is away
