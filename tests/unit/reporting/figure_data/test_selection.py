"""Selection by emotion set, of a model and of its explanation, against plain loops."""

from dataclasses import replace

import numpy as np

from blemore_cli.core.labels import SET_OF_LABEL
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.figure_data.selection import explained_selection, model_selection, selection_conclusion
from blemore_cli.reporting.tables.notation import share_text


def test_shares_of_a_model_are_counted(loaded_model: LoadedModel) -> None:
    table = model_selection(loaded_model)
    assert (table.groups[:2], table.n_clips[:2], table.rows[0]) == (("all", "ang"), (432, 12), "all (432)")
    for e in range(len(table.encoders)):
        assert table.values[0, e] == np.mean(loaded_model.weights[:, :, e] > 0)
        assert table.values[1, e] == np.mean(loaded_model.weights[:, loaded_model.clips.label == 0, e] > 0)


def test_shares_of_an_explanation_are_those_of_its_file(explained: Explanation) -> None:
    table = explained_selection(explained)
    assert table.encoders == explained.encoders
    for group, row in zip(table.groups, table.values, strict=True):
        shares = explained.selection.all if group == "all" else explained.selection.by_set[group]
        np.testing.assert_array_equal(row, list(shares.values()))


def test_the_conclusion_gives_the_shares(loaded_model: LoadedModel) -> None:
    shares = {name: np.mean(loaded_model.weights[:, :, e] > 0) for e, name in enumerate(loaded_model.encoders)}
    most, least = max(shares, key=lambda name: shares[name]), min(shares, key=lambda name: shares[name])
    conclusion = selection_conclusion(model_selection(loaded_model))
    assert f"{most} is kept most ({share_text(float(shares[most]))})" in conclusion
    assert f"{least} least ({share_text(float(shares[least]))})" in conclusion
    assert "even choice would give each 67 %" in conclusion  # two of three


def test_the_set_that_departs_most_is_named(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.5, 0.5, 0.0], (2, len(loaded_model.clips), 1))
    weights[:, SET_OF_LABEL[loaded_model.clips.label] == 4] = [0.0, 0.5, 0.5]  # sad
    conclusion = selection_conclusion(model_selection(replace(loaded_model, weights=weights)))
    assert "matters most for the choice is sad: face has" in conclusion or "is sad: noise has" in conclusion
    assert "97 percentage points" in conclusion  # sad is one label of 36


def test_where_all_are_kept_weights_are_shown(loaded_model: LoadedModel) -> None:
    weights = np.tile([0.5, 0.3, 0.2], (1, len(loaded_model.clips), 1))
    table = model_selection(replace(loaded_model, weights=weights))
    assert table.is_weight
    assert "face weighs most (50 %), noise least (20 %)" in selection_conclusion(table)
