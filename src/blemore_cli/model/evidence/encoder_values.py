"""Values of encoders: the expected gain of adding each encoder to those that were taken, and the greedy order by it.

Encoders are taken one after another. Before each step a linear function of the state, which knows the taken encoders
alone, tells how much the loss is expected to fall if one of the others is added; the one with the most for its cost
comes next. Encoders that are not taken have no part in the order, so that they need not be extracted.

Source: Gadgil, Covert and Lee 2023, Estimating conditional mutual information for dynamic feature selection (DIME,
arXiv 2306.03301), sections 4 and 5: value networks of the loss reduction, and costs; here with ridge regressions.
"""

from typing import Any, Final

import torch
from torch import Tensor, nn

from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.evidence.pool import pooled, soundness

TIE: Final = 1e-9
"""What a later encoder's score is below that of an earlier one at least, so that scores rank as encoders were taken."""


class EncoderValues(nn.Module):
    """Linear regressions of the gain in log likelihood, in nats, on the state of the encoders that were taken.

    Args:
        n_encoders: Number of encoders E.
        n_labels: K.

    Attributes:
        weight: (..., E, K + 2 + 3 E); 0 before the fit.
        bias: (..., E).
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, n_encoders: int, n_labels: int) -> None:
        super().__init__()
        n_numbers = n_labels + 2 + 3 * n_encoders
        self.register_buffer("weight", torch.zeros(n_encoders, n_numbers, dtype=torch.float64))
        self.register_buffer("bias", torch.zeros(n_encoders, dtype=torch.float64))

    def forward(self, state: Tensor) -> Tensor:
        """Values (..., B, E) of the encoders in states (..., B, K + 2 + 3 E) from `states`."""
        return state @ self.weight.mT + self.bias.unsqueeze(-2)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        """Leaves the values as they are where a file is older than they are."""
        for name, value in self.named_buffers():
            state_dict.setdefault(prefix + name, value)
        super()._load_from_state_dict(state_dict, prefix, *others)


def states(pool: EvidencePool, evidence: Evidence, taken: Tensor) -> Tensor:
    """What is known of B clips after some encoders were taken: of the others nothing is read.

    Args:
        pool: Its gamma for all encoders counts, however many were taken.
        evidence: Of the clips.
        taken: (..., B, E) bool.

    Returns:
        (..., B, K + 2 + 3 E): the pooled distribution, its entropy in nats and the square of it, and of each encoder
        whether it was taken, its prior soundness and its posterior soundness, 0 where it was not.
    """
    gamma = pool.log_gamma[..., -1:].exp().unsqueeze(-2)
    log_prob = pooled(pool.log_prior.unsqueeze(-2), evidence.log_factors, taken, gamma)
    prob, is_taken = log_prob.exp(), taken.double()
    entropy = -(prob * log_prob).sum(-1, keepdim=True)
    prior = evidence.logit.sigmoid() * is_taken
    posterior = soundness(log_prob, evidence.log_ratio, evidence.logit, taken)
    return torch.cat([prob, entropy, entropy.square(), is_taken, prior, posterior], dim=-1)


def greedy_scores(
    values: EncoderValues, pool: EvidencePool, evidence: Evidence, present: Tensor, cost: Tensor
) -> Tensor:
    """Scores (B, E) that rank the encoders of B clips in the order in which they are taken.

    The score of an encoder is the smallest value for its cost of those that were taken up to it: encoders whose score
    reaches a threshold are those taken until a value falls below it. It is 0, of no
    meaning, where an encoder is absent.

    Args:
        values: Fitted.
        pool: Fitted.
        evidence: Of the clips.
        present: (B, E) bool.
        cost: (E,) positive.
    """
    scores = torch.zeros(present.shape, dtype=torch.float64, device=present.device)
    taken, least = torch.zeros_like(present), scores.new_full((len(present), 1), torch.inf)
    for _ in range(present.shape[1]):
        for_cost = values(states(pool, evidence, taken)) / cost  # (B, E)
        best, encoder = for_cost.masked_fill(taken | ~present, -torch.inf).max(-1, keepdim=True)  # (B, 1)
        least = torch.minimum(best, least - TIE)
        is_next = torch.zeros_like(present).scatter(-1, encoder, value=True) & present & ~taken
        scores, taken = torch.where(is_next, least, scores), taken | is_next
    return scores
