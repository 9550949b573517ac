import numpy as np
import pytest
from scipy.special import softmax

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, LABEL_CODES
from blemore_cli.evaluation.scoring.decoding import decode_expected_score
from blemore_cli.training.baselines.direct import frequent_bias

LABEL = np.array([LABEL_CODES.index(code) for code in ["sad", "hap", "sad", "ang_sad_30_70", "ang_disg_70_30"]])


@pytest.mark.parametrize(("blend", "code"), [(False, "sad"), (True, "ang_disg_70_30")])
@pytest.mark.parametrize("blend_share", [0.01, 0.54, 1.0])
def test_decoding_gives_the_most_frequent_of_its_kind(blend: bool, code: str, blend_share: float) -> None:
    bias = frequent_bias(LABEL, blend=blend)
    assert np.isfinite(bias).all()
    prob = softmax(bias)[None].astype(np.float32)
    assert prob.max() > 1 - 1e-6
    assert LABEL_CODES[decode_expected_score(prob, blend_share=blend_share)[0]] == code


def test_ties_go_to_the_first_in_the_order_of_the_labels() -> None:
    assert frequent_bias(np.array([4, 2, 2, 4]), blend=False).argmax() == 2


def test_rows_of_the_other_kind_alone_are_refused() -> None:
    with pytest.raises(DataError, match="training clips with a blend, got none among 2"):
        frequent_bias(np.flatnonzero(~IS_BLEND)[:2], blend=True)
