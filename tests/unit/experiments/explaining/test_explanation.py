from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.file import dump_config, with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import DataError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.explaining import explanation, predictors
from blemore_cli.experiments.explaining.explanation import explain
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.explaining.predictors import PredictorPlan, measure_predictors
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.folder import RunFolder


def test_it_is_about_the_clips_that_the_models_left_out(explained: Explanation, out_of_fold_grid: OutOfFold) -> None:
    assert (explained.run, explained.encoders, explained.seeds) == ("untrained", ("face", "voice", "noise"), (0, 3))
    assert (explained.n_clips, explained.n_actors, explained.n_kept) == (300, 15, 2.0)
    kept = out_of_fold_grid.on_grid(lambda model, _: model.kept())
    for encoder in range(3):
        present = out_of_fold_grid.available[:, encoder]
        assert explained.selection.all[explained.encoders[encoder]] == pytest.approx(kept[:, present, encoder].mean())
    assert explained.regret == explained.oracle.score - explained.oracle.gate_score > 0
    assert explained.oracle.gate_score == pytest.approx(explained.cost.score[1])
    assert explained.planted is None


def test_a_gate_that_has_learned_nothing_is_not_praised(explained: Explanation) -> None:
    assert "finds encoders that are useful for the clip" not in explained.verdict


def test_the_planted_answer_is_read_where_there_is_one(
    trained_run: RunFolder, project: Config, tiny_table: FeatureTable, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "planted").mkdir(parents=True)
    rows = [f"{name},1,0,0" for name in tiny_table.clips.filename]
    (folder / "planted/informative.csv").write_text("\n".join(["filename,noise,face,voice", *rows]))
    explained, clips = explain(trained_run, project.data.index, project=folder)
    assert explained.planted is not None
    selected_noise = clips.selected[:, 2]
    assert explained.planted.precision == pytest.approx(selected_noise.mean() / 2)
    assert explained.planted.chance == pytest.approx(np.mean(1 / tiny_table.present[:300].sum(1)))
    (folder / "planted/informative.csv").write_text("\n".join(["filename,noise,face,voice", *rows[1:]]))
    with pytest.raises(DataError, match="got none for clip_000"):
        explain(trained_run, project.data.index, project=folder)


def test_where_all_are_kept_the_best_ranked_are_judged(trained_run: RunFolder, project: Config) -> None:
    config = with_changes(trained_run.config(), {"model.selection": "full", "model.top_n": 1})
    (trained_run.path / "config.yaml").write_text(dump_config(config))
    _, clips = explain(trained_run, project.data.index)
    np.testing.assert_array_equal(clips.selected.sum(1), 1)


def test_what_is_kept_of_a_run_that_was_moved_is_beside_it(
    trained_run: RunFolder, project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "before/runs"
    config = with_changes(trained_run.config(), {"runs": before})
    (trained_run.path / "config.yaml").write_text(dump_config(config))
    places = []

    def table(index: Index, config: Config) -> FeatureTable:
        places.append(config.runs)
        return shared_table(index, config)

    for module in (explanation, predictors):
        monkeypatch.setattr(module, "shared_table", table)
    explain(trained_run, project.data.index)
    measure_predictors(trained_run, project.data.index, PredictorPlan(n_repeats=1))
    assert places == [trained_run.path.parent] * 2
