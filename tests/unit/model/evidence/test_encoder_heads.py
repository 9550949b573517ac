import pytest
import torch

from blemore_cli.model.evidence.encoder_heads import EncoderHeads
from blemore_cli.model.heads import HEADS


@pytest.mark.parametrize("name", ["decoupled", "softmax_labels", "mixture"])
def test_each_encoder_is_read_by_heads_with_weights_of_its_own(name: str) -> None:
    generator = torch.Generator().manual_seed(0)
    alone = [HEADS.new(name, 5, generator=generator, options={}) for _ in range(3)]
    generator.manual_seed(0)
    together = EncoderHeads(3, lambda: HEADS.new(name, 5, generator=generator, options={}))
    latents = torch.randn(7, 3, 5)
    found = together(latents)
    assert found.shape == (7, 3, together.n_members, 36)
    for encoder, heads in enumerate(alone):
        expected = heads.head_log_probs(latents[:, encoder])
        torch.testing.assert_close(found[:, encoder], expected.transpose(0, 1))


def test_an_encoder_has_no_gradient_from_another() -> None:
    generator = torch.Generator().manual_seed(0)
    heads = EncoderHeads(2, lambda: HEADS.new("softmax_labels", 4, generator=generator, options={}))
    heads(torch.randn(3, 2, 4))[:, 0].sum().backward()
    weight = next(heads.parameters())
    assert weight.grad is not None
    assert not weight.grad[1].any()
