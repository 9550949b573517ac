import numpy as np

from blemore_cli.evaluation.gate_quality.entropy import gate_entropy


def test_a_decided_gate_has_none_and_an_undecided_all() -> None:
    available = np.array([[True, True, False]])
    np.testing.assert_allclose(gate_entropy(np.array([[900.0, 0.0, 5.0]]), available), 0, atol=1e-12)
    np.testing.assert_allclose(gate_entropy(np.array([[2.0, 2.0, 5.0]]), available), 1)
    assert np.isnan(gate_entropy(np.zeros((1, 2)), np.array([[True, False]]))).all()
