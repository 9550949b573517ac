"""Robust logarithmic opinion pool of the encoders' label distributions, and the posterior soundness of each encoder.

An encoder e is sound for a clip with probability pi_e, and then speaks of it by its distribution p_e; otherwise it says
what is known without it, the prior. With the likelihood ratio r_e(y) = p_e(y) / prior(y),

    P(y) = prior(y) * prod_e [(1 - pi_e) + pi_e r_e(y)]^gamma / Z.

For gamma = 1 this is the posterior of the label in a mixture over the 2^E configurations of sound and broken encoders;
gamma below 1 counts evidence that encoders share less than once each. With l_e = logit pi_e a factor is
softplus(l_e + log r_e) - softplus(l_e) in logarithms, which neither overflows nor cancels.

Source: Genest and Zidek 1986, Combining probability distributions, Statistical Science 1(1), section 3, for the
pool; Huber 1964, Robust estimation of a location parameter, Annals of Mathematical Statistics 35(1), for the
contamination.
"""

import torch
from torch import Tensor
from torch.nn import functional as F


def log_factors(log_ratio: Tensor, logit: Tensor) -> Tensor:
    """Logarithms of the factors (1 - pi) + pi r of each encoder: at least log (1 - pi), whatever it says.

    Args:
        log_ratio: (..., B, E, K) log p_e(y) - log prior(y).
        logit: (..., B, E) of the probabilities that an encoder is sound.

    Returns:
        (..., B, E, K).
    """
    sound = logit.unsqueeze(-1)
    return F.softplus(sound + log_ratio) - F.softplus(sound)


def robust_pool(log_prior: Tensor, log_ratio: Tensor, logit: Tensor, kept: Tensor, gamma: Tensor) -> Tensor:
    """Pools the distributions of the kept encoders.

    Args:
        log_prior: (..., B, K) log probabilities, or what broadcasts to it.
        log_ratio: (..., B, E, K); of no meaning, but finite, where an encoder is absent.
        logit: (..., B, E).
        kept: (..., B, E) bool; an encoder that is not kept has pi = 0.
        gamma: (..., B, 1) positive, or what broadcasts to it.

    Returns:
        (..., B, K) log probabilities; the prior where nothing is kept.

    Examples:
        >>> prior, ratio = torch.tensor([0.5, 0.5]).log(), torch.tensor([[[1.8, 0.2]]]).log()
        >>> kept, gamma = torch.ones(1, 1, dtype=torch.bool), torch.ones(1, 1)
        >>> robust_pool(prior, ratio, torch.zeros(1, 1), kept, gamma).exp()
        tensor([[0.7000, 0.3000]])
    """
    return pooled(log_prior, log_factors(log_ratio, logit), kept, gamma)


def pooled(log_prior: Tensor, factors: Tensor, kept: Tensor, gamma: Tensor) -> Tensor:
    """The same for logarithms (..., B, E, K) of the factors, which are finite."""
    return F.log_softmax(log_prior + gamma * (factors * kept.unsqueeze(-1)).sum(-2), dim=-1)


def soundness(log_pooled: Tensor, log_ratio: Tensor, logit: Tensor, kept: Tensor) -> Tensor:
    """Posterior probability that an encoder spoke of the clip, given what all kept encoders say.

    s_e = sum_y P(y) pi_e r_e(y) / ((1 - pi_e) + pi_e r_e(y)) = sum_y P(y) sigmoid(l_e + log r_e(y)): its own quality
    pi_e, and its agreement with what is believed after all were heard.

    Args:
        log_pooled: (..., B, K) from `robust_pool`.
        log_ratio: (..., B, E, K).
        logit: (..., B, E).
        kept: (..., B, E) bool.

    Returns:
        (..., B, E) in [0, 1]; 0 where not kept.

    Examples:
        >>> pooled, ratio = torch.tensor([[0.7, 0.3]]).log(), torch.tensor([[[1.8, 0.2]]]).log()
        >>> soundness(pooled, ratio, torch.zeros(1, 1), torch.ones(1, 1, dtype=torch.bool))
        tensor([[0.5000]])
    """
    given_label = torch.sigmoid(logit.unsqueeze(-1) + log_ratio)  # (..., B, E, K)
    return (log_pooled.exp().unsqueeze(-2) * given_label).sum(-1).masked_fill(~kept, 0)
