import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import settle_config
from blemore_cli.experiments.stress.arms import check_failing_encoders, left_out_note, stressed_arms


def test_a_run_without_arms_is_one(trained_run: RunFolder, project: Config) -> None:
    [arm] = stressed_arms(trained_run, read_index(project.data.index))
    assert (arm.name, arm.table_key) == ("untrained", (("face", "voice", "noise"), "global"))
    check_failing_encoders([arm], ("voice",))
    with pytest.raises(UsageError, match=r"of the run \(face, noise, voice\), got touch"):
        check_failing_encoders([arm], ("voice", "touch"))


def test_the_reference_is_the_first_arm(written_arms: RunFolder, project: Config) -> None:
    arms = stressed_arms(written_arms, read_index(project.data.index))
    assert [arm.name for arm in arms] == ["learned", "random"]
    assert left_out_note(written_arms, arms) == []
    assert left_out_note(written_arms, arms[:1]) == ["left out, as the one encoder of an arm has to stay sound: random"]
    assert arms[0].encoders == ("face", "noise", "voice")


def test_one_encoder_is_refused(project: Config) -> None:
    run = RunFolder(project.runs / "lonely")
    settle_config(run, with_changes(project, {"model.encoders": ["voice"]}))
    with pytest.raises(UsageError, match="lonely has voice alone"):
        stressed_arms(run, read_index(project.data.index))
