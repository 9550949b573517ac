"""Decoder: a decoding rule with the numbers that were fitted on training rows."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.choices import DecodeMethod
from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.types import Floats, Ints
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

    Args:
        label: (N,) true labels.
        prob: (N, 36) predicted probabilities.
        method: The rule.
    """
    thresholds = search_thresholds(label, emotion_salience(prob))
    return Decoder(method, float(np.mean(IS_BLEND[label])), thresholds.alpha, thresholds.beta)
