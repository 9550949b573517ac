"""Distillation of the posterior soundness into a gate that reads the encoders' inputs alone.

What the pool finds out of what all encoders say, the gate learns to tell beforehand: by the energy of an encoder's
input and the score of its attention, and by their squares, which are even where the attention is odd.
"""

from typing import Final

import torch
from torch.nn import functional as F

from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.evidence.pool import soundness
from blemore_cli.training.evidence.pool_fit import CrossFitted
from blemore_cli.training.optimisers.lbfgs import minimise

RIDGE: Final = 1.0
"""Penalty of the squared slopes, beside the summed cross-entropy in nats."""


def distil_gate(pool: EvidencePool, evidence: Evidence, rows: CrossFitted) -> None:
    """Fits the numbers of a pool's gate in place, so that it says s_e without hearing the encoders.

    Minimises the cross-entropy of the posterior soundness and the gate's probability, over present encoders.

    Source: Hinton, Vinyals and Dean 2015, Distilling the knowledge in a neural network (arXiv 1503.02531), section 2,
    for soft targets.

    Args:
        pool: Fitted, before its shift weights are known.
        evidence: Of the rows.
        rows: N training rows.
    """
    target = soundness(pool(evidence, rows.present), evidence.log_ratio, evidence.logit, rows.present)
    quality = pool.quality(rows.log_probs, rows.input_quality)
    level, slope = (value.clone().requires_grad_() for value in (pool.gate_level, pool.gate_slope))

    def objective() -> torch.Tensor:
        pool.gate_level, pool.gate_slope = level, slope
        logit = pool.input_logit(quality)[rows.present]
        loss = F.binary_cross_entropy_with_logits(logit, target[rows.present], reduction="sum")
        return (loss + RIDGE * slope.square().sum()) / len(rows.label)

    minimise(objective, [level, slope])
    pool.gate_level, pool.gate_slope = level.detach(), slope.detach()
