"""Competence of the encoders for a clip: their likelihood of the labels of the training clips that they call alike.

Dynamic ensemble selection without a gate and without agreement: training clips about which the encoders said what they
say of this clip, of which they had not learned, show which of them to believe.

Source: Cavalin, Sabourin and Suen 2013, Dynamic selection approaches for multiple classifier systems, Neural Computing
and Applications 22, section 3.2, for neighbours by output profiles (KNOP); Cruz et al. 2015,
META-DES, Pattern Recognition 48(5), section 3.1, for competence by probabilities beside hits.
"""

from typing import Any, Final, NamedTuple

import torch
from torch import Tensor, nn

LEAST: Final = 1e-6
"""Least and, from 1, largest likelihood that a competence is made of, so that its logit is finite."""

N_AT_ONCE: Final = 512
"""Clips whose distances to all training clips are in memory at once."""


class Profiles(NamedTuple):
    """What encoders say of N clips.

    Attributes:
        prob: (N, E, K) distributions, of no meaning where the encoder is absent.
        present: (N, E) bool.
        group: (N,) groups of clips, none of which is a neighbour of another in it; None where all may be.
    """

    prob: Tensor
    present: Tensor
    group: Tensor | None = None


class NeighbourCompetence(nn.Module):
    """Mean log likelihood of each encoder over the nearest training clips, as a logit.

    Args:
        n_encoders: Number of encoders E.
        n_labels: K.

    Attributes:
        prob: (N, E, K) float32 cross-fitted distributions of the training clips; none before the fit.
        present: (N, E) bool.
        log_likelihood: (N, E) of their labels.
        n_neighbours: (1,) int64.
    """

    prob: Tensor
    present: Tensor
    log_likelihood: Tensor
    n_neighbours: Tensor

    def __init__(self, n_encoders: int, n_labels: int) -> None:
        super().__init__()
        self.register_buffer("prob", torch.zeros(0, n_encoders, n_labels))
        self.register_buffer("present", torch.zeros(0, n_encoders, dtype=torch.bool))
        self.register_buffer("log_likelihood", torch.zeros(0, n_encoders, dtype=torch.float64))
        self.register_buffer("n_neighbours", torch.ones(1, dtype=torch.int64))

    def remember(self, known: Profiles, log_likelihood: Tensor) -> None:
        """Takes the training clips in; the likelihood is (N, E)."""
        self.prob = torch.where(known.present.unsqueeze(-1), known.prob, 0).float()
        self.present, self.log_likelihood = known.present, log_likelihood.double()

    def forward(self, clips: Profiles, n_neighbours: int | None = None, group: Tensor | None = None) -> Tensor:
        """Competences (B, E) as logits of likelihoods; all alike before the fit.

        Args:
            clips: B clips, after the fit of one network and not of a stack.
            n_neighbours: Another number than the fitted one.
            group: (N,) groups of the training clips, where the clips have groups.
        """
        if not self.prob.shape[-3]:
            return clips.prob.new_zeros(clips.present.shape, dtype=torch.float64)
        n = int(self.n_neighbours) if n_neighbours is None else n_neighbours
        parts = torch.split(torch.arange(len(clips.prob)), N_AT_ONCE)
        return torch.cat([self._competence(_taken(clips, rows), n, group) for rows in parts])

    def _competence(self, clips: Profiles, n_neighbours: int, group: Tensor | None) -> Tensor:
        distance = profile_distance(clips, Profiles(self.prob, self.present))  # (B, N)
        if clips.group is not None and group is not None:
            distance = distance.masked_fill(clips.group.unsqueeze(-1) == group, torch.inf)
        nearest, rows = distance.topk(min(n_neighbours, distance.shape[1]), dim=-1, largest=False)  # (B, n)
        counts = (nearest.isfinite().unsqueeze(-1) & self.present[rows]).double()  # (B, n, E)
        of_all = mean_where(self.log_likelihood, self.present.double(), self.log_likelihood.new_zeros(()))
        mean = mean_where(self.log_likelihood[rows], counts, of_all)
        return torch.logit(mean.exp(), LEAST)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        """Makes room for as many clips as the file has."""
        for name in ("prob", "present", "log_likelihood"):
            if (saved := state_dict.get(prefix + name)) is not None:
                mine = getattr(self, name)
                if saved.shape[1:] == mine.shape[1:]:
                    setattr(self, name, mine.new_zeros(saved.shape))
        super()._load_from_state_dict(state_dict, prefix, *others)


def profile_distance(clips: Profiles, known: Profiles) -> Tensor:
    """Mean squared Euclidean distance of the distributions over the encoders that both clips have.

    Returns:
        (B, N) float64; infinite where two clips share no encoder.

    Examples:
        >>> one = Profiles(torch.tensor([[[1.0, 0.0], [0.5, 0.5]]]), torch.tensor([[True, True]]))
        >>> other = Profiles(torch.tensor([[[0.0, 1.0], [0.5, 0.5]]]), torch.tensor([[True, False]]))
        >>> profile_distance(one, one), profile_distance(one, other)
        (tensor([[0.]], dtype=torch.float64), tensor([[2.]], dtype=torch.float64))
    """
    (p, of_p), (q, of_q) = (
        (torch.where(side.present.unsqueeze(-1), side.prob, 0).double(), side.present.double())
        for side in (clips, known)
    )
    squares = p.square().sum(-1) @ of_q.T + of_p @ q.square().sum(-1).T
    total = (squares - 2 * p.flatten(1) @ q.flatten(1).T).clamp_min(0)
    shared = of_p @ of_q.T
    return torch.where(shared > 0, total / shared.clamp_min(1), torch.inf)


def mean_where(value: Tensor, counts: Tensor, otherwise: Tensor) -> Tensor:
    """Mean (..., E) of values (..., n, E) that count, by 0 and 1 of the same shape; elsewhere another value."""
    n = counts.sum(-2)
    return torch.where(n > 0, (value * counts).sum(-2) / n.clamp_min(1), otherwise)


def _taken(clips: Profiles, rows: Tensor) -> Profiles:
    return Profiles(clips.prob[rows], clips.present[rows], None if clips.group is None else clips.group[rows])
