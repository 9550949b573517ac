import io

import numpy as np
import pandas as pd
import pytest

from blemore_cli.data.exact_csv import read_exact_csv
from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation
from blemore_cli.reporting.tables.explanation import (
    clips_csv,
    compute_csv,
    explanation_latex,
    removal_csv,
    selection_csv,
)


def read(text: str) -> pd.DataFrame:
    return read_exact_csv(io.BytesIO(text.encode()))


def test_tables_hold_what_was_found(explained: Explanation, clip_selections: ClipSelections) -> None:
    shares = read(selection_csv(explained)).set_index(["group", "name", "encoder"])["share"]
    assert shares["all", "out of fold", "voice"] == explained.selection.all["voice"]
    assert shares["actor", "A3", "noise"] == explained.selection.by_actor["A3"]["noise"]
    removal, curves = read(removal_csv(explained)), explained.deletion
    assert curves is not None
    assert tuple(removal["bottom_first_log_loss"]) == curves.log_loss["bottom_first"]
    assert tuple(read(compute_csv(explained))["n_computed"]) == pytest.approx(explained.cost.n_computed)
    clips = read(clips_csv(clip_selections, explained.encoders))
    assert len(clips) == 600
    np.testing.assert_array_equal(clips[["picked_face", "picked_voice", "picked_noise"]], clip_selections.selected)
    assert clips["useful_face"].isna().sum() == 2 * 43
    assert read(removal_csv(explained.model_copy(update={"deletion": None}))).empty


def test_latex_has_a_row_for_each_encoder_and_the_verdict(explained: Explanation) -> None:
    text = explanation_latex(explained.model_copy(update={"encoders": ("a_b", "voice"), "standardize": "person"}))
    assert r"a\_b & " in text
    assert text.count(r" \\") == 3
    assert "on these features" in text
    assert "Transductive" in text
