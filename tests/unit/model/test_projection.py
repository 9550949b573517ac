import torch

from blemore_cli.model.projection import EncoderProjections


def test_projects_each_encoder_with_its_own_map() -> None:
    project = EncoderProjections((3, 5), 4, generator=torch.Generator().manual_seed(0))
    features = [torch.randn(2, 3), torch.randn(2, 5)]
    latents = project(features)
    assert latents.shape == (2, 2, 4)
    for encoder, x in enumerate(features):
        torch.testing.assert_close(latents[:, encoder], project.maps[encoder](x))
