import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from blemore_cli.core.labels import IS_BLEND, LABEL_CODES, N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.planting import (
    N_INFORMATIVE,
    PLANTED_ENCODERS,
    PlantedEncoder,
    Planting,
    label_descriptions,
    plant,
    planted_features,
)
from blemore_cli.evaluation.scoring.decoding import decode_expected_score
from blemore_cli.evaluation.scoring.metrics import official_scores


@pytest.fixture(scope="module")
def clips() -> pd.DataFrame:
    return design_clips(3050, seed=0)


@pytest.fixture(scope="module")
def planting(clips: pd.DataFrame) -> Planting:
    return plant(clips["label"].to_numpy(), PLANTED_ENCODERS, seed=0)


def features_of(clips: pd.DataFrame, planting: Planting, position: int, seed: int = 0) -> Floats:
    return planted_features(clips, planting, PLANTED_ENCODERS[position], position, seed)


def test_every_clip_has_three_informative_encoders(planting: Planting) -> None:
    assert set(planting.informative.sum(axis=1)) == {N_INFORMATIVE}
    assert not (planting.informative & planting.misleading).any()


def test_absent_encoders_neither_inform_nor_mislead(planting: Planting) -> None:
    assert not (planting.informative & ~planting.present).any()
    assert not (planting.misleading & ~planting.present).any()


def test_presence_is_missing_in_exactly_the_share(planting: Planting) -> None:
    n_missing = (~planting.present).sum(axis=0).tolist()
    expected = [int(np.ceil(encoder.missing_share * 3050)) for encoder in PLANTED_ENCODERS]
    assert n_missing == expected
    assert max(n_missing) > 0


def test_no_encoder_is_informative_much_more_often_than_others(planting: Planting) -> None:
    share = planting.informative.mean(axis=0)
    assert share.min() > 0.2
    assert share.max() < 0.3


def test_decoys_are_other_labels(clips: pd.DataFrame, planting: Planting) -> None:
    assert not (planting.decoy == clips["label"]).any()
    assert set(planting.decoy) == set(range(N_LABELS))


def test_encoders_differ_in_width_modality_and_layout() -> None:
    assert len({encoder.name for encoder in PLANTED_ENCODERS}) == len({encoder.d for encoder in PLANTED_ENCODERS}) == 12
    assert {encoder.modality for encoder in PLANTED_ENCODERS} == {"video", "audio", "av"}
    assert {encoder.layout for encoder in PLANTED_ENCODERS} == {
        *("static npz", "clip npy", "frame npy", "frame csv", "table csv"),
    }


def test_descriptions_tell_ratios_from_parts() -> None:
    description = label_descriptions()
    assert description.shape == (N_LABELS, 26)
    np.testing.assert_allclose(description.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((description**2).sum(axis=1).mean(), 1)
    positions = [LABEL_CODES.index(f"ang_disg_{ratio}") for ratio in ("70_30", "50_50", "30_70")]
    first, even, second = description[positions]
    np.testing.assert_allclose(first + second, 2 * even, atol=1e-12)
    parts = (description[LABEL_CODES.index("ang")] + description[LABEL_CODES.index("disg")]) / 2
    assert np.linalg.norm(even - parts) > 0.3


def test_planted_features_are_deterministic_and_differ_between_seeds(clips: pd.DataFrame, planting: Planting) -> None:
    first, second, other = (features_of(clips, planting, 3, seed) for seed in (0, 0, 1))
    assert first.dtype == np.float32
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != other.tobytes()


def test_an_encoder_depends_on_nothing_but_its_own_name(clips: pd.DataFrame, planting: Planting) -> None:
    alone = planted_features(clips, planting, PlantedEncoder("hicmae", 42, "av", "clip npy"), 3, 0)
    np.testing.assert_array_equal(alone, features_of(clips, planting, 3))


def scored(log_prob: Floats, truth: Ints) -> float:
    prob = np.exp(log_prob - log_prob.max(axis=1, keepdims=True))
    predicted = decode_expected_score(prob / prob.sum(axis=1, keepdims=True), blend_share=float(IS_BLEND[truth].mean()))
    return official_scores(truth, predicted).score


def log_probability(train: Floats, label: Ints, test: Floats) -> Floats:
    """(N, 36) log-probabilities by class means; labels that the training rows lack are as good as impossible."""
    model = GaussianNB(var_smoothing=1).fit(train, label)
    result = np.full((len(test), N_LABELS), -12.0)
    result[:, model.classes_] = np.maximum(model.predict_log_proba(test), -12)
    return result


def test_averaging_the_informative_encoders_is_far_better_than_averaging_all(
    clips: pd.DataFrame, planting: Planting
) -> None:
    label, is_test = clips["label"].to_numpy(), clips["is_test"].to_numpy(dtype=bool)
    informed, blind, single = np.zeros((594, N_LABELS)), np.zeros((594, N_LABELS)), []
    for position in range(len(PLANTED_ENCODERS)):
        features = features_of(clips, planting, position)
        informative, rows = planting.informative[:, position], ~is_test & planting.present[:, position]
        chosen = log_probability(features[~is_test & informative], label[~is_test & informative], features[is_test])
        any_clip = log_probability(features[rows], label[rows], features[is_test])
        informed += chosen * informative[is_test, None]
        blind += any_clip * planting.present[is_test, position, None]
        single.append(scored(any_clip, label[is_test]))
    assert scored(informed, label[is_test]) > 0.6
    assert scored(blind, label[is_test]) < 0.35
    assert max(single) < 0.25


def test_quality_is_readable_from_an_encoders_own_features(clips: pd.DataFrame, planting: Planting) -> None:
    is_test = clips["is_test"].to_numpy(dtype=bool)
    features, informative = features_of(clips, planting, 3), planting.informative[:, 3]
    model = LogisticRegression(C=0.01).fit(features[~is_test], informative[~is_test])
    assert model.score(features[is_test], informative[is_test]) > 0.93
