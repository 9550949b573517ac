"""Decoder: a decoding rule with the numbers that were fitted on training rows, for one seed or their mean."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.choices import DecodeMethod
from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.decoding import decode_expected_score, decode_thresholds, emotion_salience
from blemore_cli.evaluation.scoring.thresholds import search_thresholds


@dataclass(frozen=True)
class Decoder:
    """Turns distributions over the permitted labels into labels.

    Attributes:
        method: The rule.
        blend_share: Share of blends among the training clips, in [0, 1].
        alpha: Presence threshold; read by `thresholds` only.
        beta: Salience threshold; read by `thresholds` only.
    """

    method: DecodeMethod
    blend_share: float
    alpha: float
    beta: float

    def labels(self, prob: Floats) -> Ints:
        """Decodes (N, 36) probabilities into (N,) positions in `labels.LABELS`."""
        if self.method == "thresholds":
            return decode_thresholds(emotion_salience(prob), alpha=self.alpha, beta=self.beta)
        return decode_expected_score(prob, blend_share=self.blend_share)


def fit_decoder(label: Ints, prob: Floats, *, method: DecodeMethod) -> Decoder:
    """Fits a decoding rule to labelled clips that the predicting models did not train on.

    Labels are (N,), probabilities (N, 36).
    """
    thresholds = search_thresholds(label, emotion_salience(prob))
    return Decoder(method, float(np.mean(IS_BLEND[label])), thresholds.alpha, thresholds.beta)


def averaged_labels(clips: Clips, prob: Floats, decoders: Mapping[int, Decoder]) -> Ints | None:
    """Decodes each fold without reading its labels.

    The share of blends that expected-score decoding needs comes from the decoder of a fold's models. Thresholds are
    chosen again, on the averaged predictions of the other folds; those of the models were chosen for one seed. The
    models that predict the other folds have seen labels of this one, as in all stacking; what can pass through two
    thresholds is small.

    Args:
        clips: N labelled clips; fold and label are read.
        prob: (N, 36) out-of-fold probabilities, mean over seeds.
        decoders: The decoder of the models that left a fold out, by the fold.

    Returns:
        (N,) predicted labels; None where thresholds would have to be chosen and there is one fold alone.
    """
    predicted = np.empty(len(clips), dtype=np.int64)
    for fold, decoder in decoders.items():
        rows = clips.fold == fold
        if decoder.method != "thresholds":
            predicted[rows] = decoder.labels(prob[rows])
        elif rows.all():
            return None
        else:
            predicted[rows] = fit_decoder(clips.label[~rows], prob[~rows], method="thresholds").labels(prob[rows])
    return predicted
