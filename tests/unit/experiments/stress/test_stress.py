from pathlib import Path

import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.stress.stress import StressPlan, run_stress

PLAN = StressPlan(("noise", "missing"), (0.0, 0.5))


def test_results_come_by_kind_and_share_and_repeat(trained_run: RunFolder, project: Config) -> None:
    steps: list[tuple[str, float, float]] = []

    def report(name: str, done: float, total: float) -> None:
        steps.append((name, done, total))

    made = run_stress(trained_run, project.data.index, PLAN, root=project.runs, progress=report)
    assert steps[-1] == ("predictions", 4, 4)
    rows = [(row.kind, row.share, row.arm) for row in made.results]
    assert rows == [(kind, share, "untrained") for kind in PLAN.kinds for share in PLAN.shares]
    sound, noisy, _, missing = made.results
    assert (sound.drop, sound.n_failed, sound.precision, sound.auc) == (0, 0, None, None)
    assert noisy.drop == pytest.approx(noisy.score - sound.score)
    assert noisy.precision is not None
    assert noisy.chance is not None
    assert 0.4 < noisy.chance < 0.6
    assert (missing.precision, missing.recall, missing.auc) == (None, None, None)
    assert missing.n_failed == noisy.n_failed
    assert len(made.sentences) == 2
    again = run_stress(trained_run, project.data.index, PLAN, root=project.runs, progress=lambda *_: None)
    assert again == made


def test_a_changed_index_is_refused(trained_run: RunFolder, project: Config, tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    other.write_bytes(project.data.index.read_bytes())
    (tmp_path / "index.h5").write_bytes(b"")
    with pytest.raises(ArtefactError):
        run_stress(trained_run, project.data.index, PLAN, root=project.runs, progress=lambda *_: None)
    assert run_stress(trained_run, other, PLAN, root=project.runs, progress=lambda *_: None).n_clips == 300
