"""Decoding of out-of-fold probabilities averaged over seeds, as in a submission."""

from collections.abc import Mapping

import numpy as np

from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.decoder import Decoder, fit_decoder


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
