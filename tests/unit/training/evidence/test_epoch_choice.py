import numpy as np

from blemore_cli.training.evidence.epoch_choice import BestEpochEvidence
from blemore_cli.training.predict import NetworkPredictions

FOLD = np.array([0, 0, 1, 1])


def epoch(number: int, right: tuple[float, ...]) -> NetworkPredictions:
    """An epoch whose evidence is its number, and which gives label 0 of each row a probability."""
    prob = np.zeros((4, 36))
    prob[:, 0] = right
    prob[:, 1] = 1 - prob[:, 0]
    evidence = np.full((4, 2, 1, 36), number, dtype=np.float16)
    return NetworkPredictions(prob, np.ones((4, 2)), by_encoder=evidence)


def test_each_fold_has_the_evidence_of_its_best_epoch_and_the_first_of_equals() -> None:
    best = BestEpochEvidence(np.zeros(4, dtype=np.int64), FOLD)
    for number, right in enumerate([(0.5, 0.5, 0.2, 0.2), (0.4, 0.4, 0.9, 0.8), (0.5, 0.5, 0.3, 0.3)]):
        best.update(epoch(number, right))
    assert best.by_encoder is not None
    assert best.by_encoder[:, 0, 0, 0].tolist() == [0, 0, 1, 1]


def test_labels_of_one_fold_do_not_move_the_evidence_of_another() -> None:
    kept = []
    for label in ([0, 0, 0, 0], [0, 0, 1, 1]):
        best = BestEpochEvidence(np.array(label), FOLD)
        for number, right in enumerate([(0.5, 0.5, 0.2, 0.2), (0.6, 0.6, 0.9, 0.8)]):
            best.update(epoch(number, right))
        assert best.by_encoder is not None
        kept.append(best.by_encoder[FOLD == 0])
    np.testing.assert_array_equal(*kept)


def test_networks_without_distributions_of_encoders_keep_none() -> None:
    best = BestEpochEvidence(np.zeros(4, dtype=np.int64), FOLD)
    best.update(NetworkPredictions(np.full((4, 36), 1 / 36), np.ones((4, 2))))
    assert best.by_encoder is None
