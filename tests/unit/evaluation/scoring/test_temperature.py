import numpy as np

from blemore_cli.evaluation.scoring.temperature import RANGE, fit_temperature, temperature_scaled


def test_cooling_keeps_distributions_and_their_order() -> None:
    log_prob = np.log(np.random.default_rng(0).dirichlet(np.ones(6), 10))
    for temperature in (0.5, 1.0, 4.0):
        cool = temperature_scaled(log_prob, temperature)
        np.testing.assert_allclose(np.exp(cool).sum(-1), 1)
        np.testing.assert_array_equal(cool.argsort(-1), log_prob.argsort(-1))
    np.testing.assert_allclose(temperature_scaled(log_prob, 1.0), log_prob)


def test_what_is_never_right_is_made_as_unsure_as_allowed() -> None:
    log_prob = np.log(np.tile([0.9, 0.02, 0.02, 0.02, 0.02, 0.02], (20, 1)))
    assert fit_temperature(np.full(20, 1), log_prob) > 0.95 * RANGE[1]
