import numpy as np

from blemore_cli.core.types import Predictions, concatenated
from blemore_cli.experiments.inference import averaged


def test_averages_the_models_of_each_clip() -> None:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), 6)
    names, zeros = np.array(["b", "a", "c"]), np.zeros(3, int)
    parts = [Predictions(names, zeros + k, zeros, prob[3 * k : 3 * k + 3], zeros) for k in range(2)]
    found, mean = averaged(concatenated(parts))
    assert found == ["b", "a", "c"]
    np.testing.assert_allclose(mean, (prob[:3] + prob[3:]) / 2)
