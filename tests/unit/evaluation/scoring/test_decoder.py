from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Clips, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder, averaged_labels, fit_decoder
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


EXPECTED, THRESHOLDS = (Decoder(method, 0.5, 0.1, 0.1) for method in ("expected_score", "thresholds"))


@pytest.fixture
def clips(tiny_table: FeatureTable) -> Clips:
    return tiny_table.clips.take(np.isin(tiny_table.clips.fold, (0, 2, 3)))


@pytest.fixture
def prob(clips: Clips) -> Floats:
    return np.random.default_rng(0).dirichlet(np.full(36, 0.2), len(clips))


def test_expected_scores_take_the_share_of_blends_of_each_fold(clips: Clips, prob: Floats) -> None:
    decoders = {0: EXPECTED, 2: replace(EXPECTED, blend_share=0.1), 3: replace(EXPECTED, blend_share=0.9)}
    found = averaged_labels(clips, prob, decoders)
    assert found is not None
    for fold, decoder in decoders.items():
        own = clips.fold == fold
        np.testing.assert_array_equal(found[own], decoder.labels(prob[own]))


def test_thresholds_are_chosen_on_the_other_folds(clips: Clips, prob: Floats) -> None:
    found = averaged_labels(clips, prob, dict.fromkeys((0, 2, 3), THRESHOLDS))
    assert found is not None
    for fold in (0, 2, 3):
        own = clips.fold == fold
        decoder = fit_decoder(clips.label[~own], prob[~own], method="thresholds")
        np.testing.assert_array_equal(found[own], decoder.labels(prob[own]))


@pytest.mark.parametrize("decoder", [EXPECTED, THRESHOLDS])
def test_labels_of_a_fold_change_nothing_of_its_own(clips: Clips, prob: Floats, decoder: Decoder) -> None:
    own = clips.fold == 2
    label = np.where(own, np.random.default_rng(1).permutation(clips.label), clips.label)
    before, after = (
        averaged_labels(each, prob, dict.fromkeys((0, 2, 3), decoder)) for each in (clips, replace(clips, label=label))
    )
    assert before is not None
    assert after is not None
    np.testing.assert_array_equal(before[own], after[own])


def test_one_fold_has_no_others_to_choose_thresholds_on(clips: Clips, prob: Floats) -> None:
    own = clips.fold == 3
    assert averaged_labels(clips.take(own), prob[own], {3: THRESHOLDS}) is None
    assert averaged_labels(clips.take(own), prob[own], {3: EXPECTED}) is not None
