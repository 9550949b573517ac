"""Event files say what the run's own files say; they are read back with TensorBoard's reader."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from blemore_cli.core import optional_package
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.reporting.event_files import check_event_folder, check_tensorboard, write_event_files


def events(folder: Path) -> EventAccumulator:
    """All events of the one file in a folder."""
    assert len(list(folder.glob("events.*"))) == 1
    return EventAccumulator(str(folder)).Reload()


def curve(folder: Path, tag: str) -> dict[int, float]:
    return {event.step: event.value for event in events(folder).Scalars(tag)}


def test_losses_have_epochs_as_steps(written_run: RunFolder) -> None:
    folder = write_event_files(written_run) / "seed0" / "fold1" / "inner_0+1"
    assert curve(folder, "loss/train") == pytest.approx({1: 3.0, 2: 2.5, 3: 2.0})
    assert curve(folder, "loss/held_out") == pytest.approx({1: 3.2, 2: 2.8, 3: 3.0})


def test_figures_are_those_of_the_metrics(written_run: RunFolder) -> None:
    folder, metrics = write_event_files(written_run), read_metrics(written_run).as_json()
    for figure in ("presence", "salience", "score"):
        assert curve(folder, f"out_of_fold/{figure}") == pytest.approx({0: metrics["oof"][figure]})
        by_fold = {fold["fold"]: fold[figure] for fold in metrics["folds"]}
        assert curve(folder, f"out_of_fold_by_fold/{figure}") == pytest.approx(by_fold)
    assert {"protocol/text_summary", "config/text_summary"} <= set(events(folder).Tags()["tensors"])


def test_statistics_of_the_gate_are_those_of_its_table(written_run: RunFolder) -> None:
    folder = write_event_files(written_run) / "seed1"
    table = pd.read_csv(written_run.path / "gate_oof.csv").query("seed == 1")
    for fold in (0, 1, 2):
        weights = table.query(f"fold == {fold}").drop(columns=["filename", "fold", "seed"])
        assert curve(folder, "gate_oof/n_kept")[fold] == pytest.approx((weights > 0).sum(axis=1).mean())
        terms = weights.where(weights > 0, 1.0)
        assert curve(folder, "gate_oof/weight_entropy_nats")[fold] == pytest.approx(
            -(weights * np.log(terms)).sum(axis=1).mean()
        )
        assert curve(folder, "gate_oof_kept/voice")[fold] == pytest.approx((weights["voice"] > 0).mean())
    histogram = events(folder).Histograms("gate_oof_weight/voice")[0].histogram_value
    assert histogram.num == len(table.query("fold == 0"))


def test_test_clips_have_a_row_for_each_fold_model(written_run: RunFolder) -> None:
    rows = [["test_1", fold, 0, 0.5, 0.5, 0.0] for fold in (0, 1)]
    header = ["filename", "fold", "seed", "face", "voice", "noise"]
    pd.DataFrame(rows, columns=header).to_csv(written_run.path / "gate_test.csv", index=False)
    assert curve(write_event_files(written_run) / "seed0", "gate_test/n_kept") == {0: 2.0, 1: 2.0}


def test_each_arm_has_a_folder(written_arms: RunFolder) -> None:
    folder = write_event_files(written_arms)
    assert sorted(path.name for path in folder.iterdir()) == ["learned", "random"]
    assert curve(folder / "random", "out_of_fold/score")


def test_writing_again_replaces(written_run: RunFolder) -> None:
    folder = write_event_files(written_run)
    (folder / "old").mkdir()
    write_event_files(written_run)
    assert not (folder / "old").exists()
    assert len(events(folder).Scalars("out_of_fold/score")) == 1


def test_a_damaged_log_leaves_what_is_there(written_run: RunFolder) -> None:
    folder = write_event_files(written_run)
    (written_run.path / "log.jsonl").write_text(json.dumps({"epoch": 1}) + "\n")
    with pytest.raises(ArtefactError, match=r"log\.jsonl: \[0\]\.seed must be there"):
        write_event_files(written_run)
    assert curve(folder, "out_of_fold/score")
    assert [path.name for path in written_run.path.iterdir() if path.name.startswith(".")] == []


def test_it_is_refused_before_anything_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    check_tensorboard()
    monkeypatch.setattr(optional_package, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="needs the package tensorboard") as caught:
        check_tensorboard()
    assert ".[tensorboard]" in str(caught.value.fix)


def test_runs_without_a_log_of_epochs_are_written(written_run: RunFolder) -> None:
    (written_run.path / "log.jsonl").write_text("")
    written_run.mark_finished()
    assert [path.name for path in sorted(write_event_files(written_run).iterdir()) if path.is_dir()] == [
        "seed0",
        "seed1",
    ]


def test_final_trainings_have_folders_of_their_own(written_run: RunFolder) -> None:
    record = {"seed": 0, "fold": 1, "epoch": 1, "loss": 2.0}
    log = [{**record, "stage": stage} for stage in ("final", "final test", "inner test 0+1")]
    (written_run.path / "log.jsonl").write_text("".join(json.dumps(each) + "\n" for each in log))
    written_run.mark_finished()
    folder = write_event_files(written_run) / "seed0" / "fold1"
    assert sorted(path.name for path in folder.iterdir()) == ["final", "final_test", "inner_test_0+1"]
    assert curve(folder / "final", "loss/train") == {1: 2.0}


STRAY = json.dumps({"seed": 0, "fold": 1, "stage": "../../evil", "epoch": 1, "loss": 2.0})


@pytest.mark.parametrize(
    ("file", "content"), [("metrics.json", "{}"), ("gate_oof.csv", None), ("log.jsonl", STRAY), ("log.jsonl", "[1]")]
)
def test_what_is_damaged_or_missing_is_named(file: str, content: str | None, written_run: RunFolder) -> None:
    (written_run.path / file).unlink()
    if content:
        (written_run.path / file).write_text(content)
    with pytest.raises(ArtefactError, match=file):
        write_event_files(written_run)


def test_a_folder_with_other_files_is_not_replaced(written_run: RunFolder) -> None:
    folder = written_run.path / "tensorboard"
    (folder / "seed0").mkdir(parents=True)
    (folder / "seed0" / "events.out.tfevents.1.host").touch()
    check_event_folder(written_run)
    (folder / "seed0" / "notes.txt").write_text("mine")
    for refused in (check_event_folder, write_event_files):
        with pytest.raises(UsageError, match=r"got notes\.txt"):
            refused(written_run)
    assert (folder / "seed0" / "notes.txt").read_text() == "mine"
