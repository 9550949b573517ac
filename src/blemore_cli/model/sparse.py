"""Sparse prediction: an encoder is projected only for the clips for which it is selected."""

from collections.abc import Sequence

from torch import Tensor

from blemore_cli.model.network import Architecture, BlemoreNetwork, FusionNetwork, Output
from blemore_cli.model.projection import EncoderProjections
from blemore_cli.model.selection import RANKED_BY


def predicted(network: FusionNetwork, features: Sequence[Tensor], present: Tensor, draws: Tensor) -> Output:
    """The output of a network's forward, without projecting what is not kept; a network without a gate reads all.

    Args:
        network: One network, not a stack.
        features: E tensors (B, D_e), standardised, 0 where absent.
        present: (B, E) bool, at least one true for each clip.
        draws: (B, E) uniform in (0, 1).

    Returns:
        The same as `network(features, present, draws)` up to rounding.
    """
    if not isinstance(network, BlemoreNetwork):
        output: Output = network(features, present, draws)
        return output
    scores = network.gate(features)  # (B, E)
    kept = network.select(scores, draws, present, exploration=0.0)  # (B, E) bool
    return network.read(kept_latents(network.project, features, kept), scores, kept)


def kept_latents(project: EncoderProjections, features: Sequence[Tensor], kept: Tensor) -> Tensor:
    """Projects (B, D_e) features of every encoder for the clips that keep it: (B, E, d) latents, 0 where not kept."""
    n_clips, n_encoders = kept.shape
    latents = features[0].new_zeros(n_encoders, n_clips, project.d_out)
    for encoder, (linear, x) in enumerate(zip(project.maps, features, strict=True)):
        rows = kept[:, encoder].nonzero().squeeze(-1)
        if len(rows) == n_clips:  # nothing to leave out, nothing to copy
            latents[encoder] = linear(x)
        elif len(rows):
            latents[encoder].index_copy_(0, rows, linear(x.index_select(0, rows)))
    return latents.transpose(0, 1)


def extracted(architecture: Architecture, present: Tensor, kept: Tensor) -> Tensor:
    """Encoders (..., B, E) that must be extracted to predict a clip: the kept ones, and those that the gate ranks by.

    With a view these are the view and the kept ones. Without it, a gate that ranks must read every encoder, and where
    draws or merit rank, or encoders are taken one by one, the kept ones do. An absent encoder is never among them.

    Examples:
        >>> import torch
        >>> present, kept = torch.tensor([[True, True, True, False]]), torch.tensor([[True, False, False, False]])
        >>> extracted(Architecture((4, 4, 4, 4), gate_view=(1, 3)), present, kept)
        tensor([[ True,  True, False, False]])
    """
    if architecture.gate_view:
        in_view = [encoder in architecture.gate_view for encoder in range(present.shape[-1])]
        return (kept | present.new_tensor(in_view)) & present
    reads_all = RANKED_BY[architecture.selection][0] > 0 and architecture.selection != "greedy"
    return present if reads_all else kept & present
