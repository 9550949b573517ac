"""Evidence is what the run's files say, aligned with the truth; files that do not fit are refused by name."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.data.exact_csv import read_exact_csv
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun, all_models, read_run


def test_every_clip_has_its_own_row_of_the_tables(
    loaded_model: LoadedModel, written_index: Index, written_run: RunFolder
) -> None:
    oof = read_exact_csv(written_run.path / "oof.csv").set_index(["seed", "filename"])
    gate = read_exact_csv(written_run.path / "gate_oof.csv").set_index(["seed", "filename"])
    assert (
        loaded_model.clips.filename.tolist() == written_index.clips.filename[:-2].tolist()
    )  # two test clips are not out of fold
    for s, seed in enumerate((0, 1)):
        keys = [(seed, name) for name in loaded_model.clips.filename]
        assert np.array_equal(loaded_model.prob[s], oof.loc[keys][list(PROBABILITY_COLUMNS)].to_numpy())
        assert np.array_equal(loaded_model.weights[s], gate.loc[keys][list(loaded_model.encoders)].to_numpy())
    scores = [official_scores(loaded_model.clips.label, row).score for row in loaded_model.predicted]
    assert loaded_model.metrics.oof.score == pytest.approx(np.mean(scores))
    assert len(loaded_model.log) == 6
    assert loaded_model.explanation is not None


def test_the_reference_is_first_and_models_are_told_apart(loaded_arms: LoadedRun) -> None:
    assert [each.name for each in all_models([loaded_arms])] == ["arms · learned", "arms · random"]
    assert loaded_arms.main.arm == "learned"
    assert not np.array_equal(loaded_arms.models[0].prob, loaded_arms.models[1].prob)
    assert loaded_arms.ablation is not None


def test_a_run_of_one_model_has_no_arms(loaded_run: LoadedRun) -> None:
    assert (loaded_run.ablation, loaded_run.run.kind, loaded_run.main.name) == (None, "train", "one")


def drop_rows(path: Path) -> None:
    """The second seed loses a clip."""
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))


def rename_clips(path: Path) -> None:
    path.write_text(path.read_text().replace("clip_003", "clip_999"))


def swap_labels(path: Path) -> None:
    """Every prediction is angry: no longer what was scored."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame[["mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"]] = ["0", "ang", "", "", ""]
    frame.to_csv(path, index=False)


@pytest.mark.parametrize(
    ("change", "files", "problem"),
    [
        (drop_rows, ["gate_oof.csv"], "gate_oof.csv must have the rows of oof.csv"),
        (drop_rows, ["oof.csv", "gate_oof.csv"], "oof.csv must hold the same clips"),
        (rename_clips, ["oof.csv", "gate_oof.csv"], "oof.csv must predict labelled clips of the index, got clip_999"),
        (swap_labels, ["oof.csv"], "oof.csv must have the Score in metrics.json"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    change: Callable[[Path], None], files: list[str], problem: str, written_run: RunFolder, written_index: Index
) -> None:
    for file in files:
        change(written_run.path / file)
    written_run.mark_finished()
    with pytest.raises(ArtefactError, match=problem):
        read_run(written_run, written_index)


def test_an_index_with_other_labels_is_noticed(written_run: RunFolder, written_index: Index) -> None:
    label = np.where(written_index.clips.label == 0, 1, written_index.clips.label)
    with pytest.raises(ArtefactError, match="against the index's labels"):
        read_run(written_run, replace(written_index, clips=replace(written_index.clips, label=label)))


@pytest.mark.parametrize("file", ["oof.csv", "gate_oof.csv", "metrics.json", "config.yaml", "log.jsonl"])
def test_a_missing_file_is_named(file: str, written_run: RunFolder, written_index: Index) -> None:
    (written_run.path / file).unlink()
    with pytest.raises(ArtefactError, match=file):
        read_run(written_run, written_index)
