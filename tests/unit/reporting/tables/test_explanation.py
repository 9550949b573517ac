import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from blemore_cli.experiments.runs.explanation_result import Explanation
from blemore_cli.reporting.tables.explanation import (
    clips_csv,
    compute_csv,
    explanation_latex,
    removal_csv,
    selection_csv,
)


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def test_tables_hold_what_was_found(explained: Explanation) -> None:
    shares = read(selection_csv(explained)).set_index(["group", "name", "encoder"])["share"]
    assert shares["all", "out of fold", "voice"] == explained.selection.all[1]
    assert shares["actor", "A3", "noise"] == explained.selection.by_actor["A3"][2]
    removal, curves = read(removal_csv(explained)), explained.faithfulness
    assert curves is not None
    assert tuple(removal["bottom_first_log_loss"]) == curves.log_loss["bottom_first"]
    assert tuple(read(compute_csv(explained))["n_computed"]) == pytest.approx(explained.compute.n_computed)
    clips = read(clips_csv(explained))
    assert len(clips) == 600
    np.testing.assert_array_equal(clips[["picked_face", "picked_voice", "picked_noise"]], explained.clips.picks)
    assert clips["useful_face"].isna().sum() == 2 * 43
    assert read(removal_csv(replace(explained, faithfulness=None))).empty


def test_latex_has_a_row_for_each_encoder_and_the_verdict(explained: Explanation) -> None:
    text = explanation_latex(replace(explained, encoders=("a_b", "voice", "noise"), standardize="person"))
    assert r"a\_b & " in text
    assert text.count(r" \\") == 4
    assert "on these features" in text
    assert "Transductive" in text
