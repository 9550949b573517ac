import numpy as np
import pytest
import torch

from blemore_cli.core.labels import N_EMOTIONS, N_LABELS
from blemore_cli.evaluation.scoring.decoding import emotion_salience
from blemore_cli.model.heads.softmax import SoftmaxEmotions, SoftmaxLabels


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(("kind", "n_classes"), [(SoftmaxLabels, N_LABELS), (SoftmaxEmotions, N_EMOTIONS)])
def test_equals_a_linear_layer_and_a_softmax(kind: type[SoftmaxLabels | SoftmaxEmotions], n_classes: int) -> None:
    head, x = kind(4, generator=generator()), torch.randn(5, 4)
    reference = torch.nn.Sequential(torch.nn.Linear(4, n_classes), torch.nn.Softmax(dim=-1))
    reference.load_state_dict({"0.weight": head.logits.weight.T, "0.bias": head.logits.bias})
    torch.testing.assert_close(head(x).exp(), reference(x))


def test_emotions_over_the_singles_have_themselves_as_expected_salience() -> None:
    prob = SoftmaxEmotions(4, generator=generator())(torch.randn(5, 4)).detach().double().exp().numpy()
    over_labels = np.pad(prob, ((0, 0), (0, N_LABELS - N_EMOTIONS)))
    assert np.array_equal(emotion_salience(over_labels), prob)
