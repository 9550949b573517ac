import numpy as np
import pytest

from blemore_cli.core.choices import Selection
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.inference.fold_models import predict_held_out
from blemore_cli.experiments.stress.held_out import held_out
from blemore_cli.training.checkpoint import Checkpoint


@pytest.fixture
def models(fold_models: list[Checkpoint]) -> list[Checkpoint]:
    return sorted(fold_models, key=lambda model: (model.seed, model.fold))


def test_the_grid_is_the_run(models: list[Checkpoint], tiny_table: FeatureTable, out_of_fold_grid: OutOfFold) -> None:
    made, (predictions, *_) = held_out(models, tiny_table, Config()), predict_held_out(models, tiny_table)
    of_first = predictions.seed == models[0].seed
    order = np.argsort(predictions.filename[of_first])  # the order of the table
    np.testing.assert_array_equal(made.label[0], predictions.label[of_first][order])
    assert made.kept is not None
    np.testing.assert_array_equal(made.kept, out_of_fold_grid.on_grid(lambda model, _: model.kept()))
    np.testing.assert_array_equal(made.ranking, out_of_fold_grid.on_grid(lambda model, _: model.ranking))
    np.testing.assert_array_equal(made.readable[1], tiny_table.present[:300])


@pytest.mark.parametrize(("selection", "keeps", "ranks"), [("full", False, True), ("mean", False, False)])
def test_what_selects_nothing_is_not_judged(
    selection: Selection, keeps: bool, ranks: bool, models: list[Checkpoint], tiny_table: FeatureTable
) -> None:
    made = held_out(models, tiny_table, with_changes(Config(), {"model.selection": selection}))
    assert (made.kept is not None, made.ranking is not None) == (keeps, ranks)


def test_a_baseline_has_neither(models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    made = held_out(models, tiny_table, with_changes(Config(), {"model.family": "mlp256"}))
    assert (made.kept, made.ranking) == (None, None)
    np.testing.assert_array_equal(made.readable[0], tiny_table.present[:300])
