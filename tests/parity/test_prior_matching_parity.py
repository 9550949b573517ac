"""Prior matching against its convex dual, minimised by scipy's BFGS.

Weights w = exp(v) match the shares pi where the mean over i of log(sum over y of p_iy exp(v_y)), less the sum over y of
pi_y v_y, has its minimum: its gradient is the difference of the two sides.
"""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.domain_shift.prior_matching import match_prior


def by_the_dual(prob: Floats, share: Floats) -> Floats:
    log_prob = np.log(prob)

    def dual(v: Floats) -> tuple[float, Floats]:
        value = logsumexp(log_prob + v, axis=1).mean() - share @ v
        return float(value), softmax(log_prob + v, axis=1).mean(axis=0) - share

    found = minimize(dual, np.zeros(len(share)), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    return np.asarray(softmax(log_prob + found.x, axis=1))


@pytest.mark.parametrize(("n", "concentration"), [(54, 0.3), (54, 2.0), (500, 0.1)])
def test_the_weighted_distributions_are_those_of_the_dual(n: int, concentration: float) -> None:
    rng = np.random.default_rng(0)
    prob = rng.dirichlet(np.full(36, concentration), n) + 1e-9
    prob /= prob.sum(axis=1, keepdims=True)
    share = rng.dirichlet(np.full(36, 20.0))
    np.testing.assert_allclose(match_prior(prob, share), by_the_dual(prob, share), atol=1e-6)
