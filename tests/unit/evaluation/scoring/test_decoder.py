import numpy as np
import pytest

from blemore_cli.core.labels import IS_BLEND
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.evaluation.scoring.decoding import decode_expected_score, decode_thresholds, emotion_salience


def test_each_method_uses_what_was_fitted() -> None:
    rng = np.random.default_rng(0)
    label, prob = rng.integers(0, 36, 80), rng.dirichlet(np.ones(36) / 4, 80)
    expected = fit_decoder(label, prob, method="expected_score")
    assert expected.blend_share == pytest.approx(IS_BLEND[label].mean())
    np.testing.assert_array_equal(expected.labels(prob), decode_expected_score(prob, blend_share=expected.blend_share))
    two = fit_decoder(label, prob, method="thresholds")
    decoded = decode_thresholds(emotion_salience(prob), alpha=two.alpha, beta=two.beta)
    np.testing.assert_array_equal(two.labels(prob), decoded)
