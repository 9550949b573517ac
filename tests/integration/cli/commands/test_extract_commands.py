import csv
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.encoders import Brightness, Loudness
from tests.fixtures.media import make_clip
from tests.integration.conftest import Blemore

from blemore_cli.extraction.encoders import ENCODERS

pytest.importorskip("av", reason="the package av is not installed")

CLIPS = ["A101_ang_int1_ver1", "A102_hap_int1_ver1", "A103_mix_ang_hap_30_70_ver1"]


@pytest.fixture(autouse=True)
def encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, child in {"brightness": Brightness, "loudness": Loudness}.items():
        monkeypatch.setitem(ENCODERS, name, child)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "clips").mkdir()
    for number, clip in enumerate(CLIPS):
        make_clip(tmp_path / "clips" / f"{clip}.mp4", n_frames=5 + number, size=(32, 32), codec="mpeg4")
    return tmp_path


WORDS = ("extract", "--media", "clips", "--encoder", "brightness,loudness", "--jobs", "1")


def test_media_become_features_that_index_reads(project: Path, blemore: Blemore) -> None:
    done = blemore(*WORDS, "--json", cwd=project)
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert content["clips"] == 3
    brightness = content["encoders"]["brightness"]
    assert {key: brightness[key] for key in ("done", "failed", "width", "modality")} == {
        "done": 3,
        "failed": 0,
        "width": 3,
        "modality": "video",
    }
    indexed = blemore("index", "features", "--json", "--modality", "loudness=audio", cwd=project)
    assert indexed.returncode == 0, indexed.stderr
    assert set(json.loads(indexed.stdout)["encoders"]) == {"brightness", "loudness"}


def test_names_of_columns_reach_the_index(project: Path, blemore: Blemore) -> None:
    assert blemore(*WORDS, cwd=project).returncode == 0
    blemore("index", "features", "--modality", "loudness=audio", cwd=project)
    content = json.loads(blemore("inspect", "index.h5", "--no-shift", "--json", cwd=project).stdout)
    assert content["encoders"]["loudness"]["columns"] == ["mean", "rms"]
    assert content["encoders"]["brightness"]["columns"] == []
    (project / "features" / "loudness" / ".columns.json").write_text('["mean"]')
    again = blemore("index", "features", "--modality", "loudness=audio", "--out", "other.h5", cwd=project)
    assert again.returncode == 3
    assert "must have a column for each of the 1 names in .columns.json, got 2 columns" in again.stderr


def test_the_table_and_the_next_command(project: Path, blemore: Blemore) -> None:
    done = blemore(*WORDS, cwd=project)
    assert done.returncode == 0, done.stderr
    assert "features of 3 clips" in done.stdout
    assert "Next: blemore index" in done.stderr
    assert "encoder loudness: licence of library and weights: none" in done.stderr
    assert "licence" not in blemore(*WORDS, cwd=project).stderr


def test_failures_are_listed_with_their_reason_and_exit_3(project: Path, blemore: Blemore) -> None:
    make_clip(project / "clips" / "A104_sad_int1_ver1.mp4", n_frames=4, size=(32, 32), codec="mpeg4", has_sound=False)
    done = blemore(*WORDS, "--json", cwd=project)
    assert done.returncode == 3
    assert json.loads(done.stdout)["encoders"]["loudness"]["failed"] == 1
    assert "A104_sad_int1_ver1 by loudness: the file must have sound, and has none" in done.stderr
    assert "A104_sad_int1_ver1,loudness" in (project / "features" / "failures.csv").read_text()
    indexed = blemore("index", "features", "--missing", "mask", cwd=project)
    assert indexed.returncode == 0, indexed.stderr


def test_what_is_no_clip_is_told_and_the_others_are_done(project: Path, blemore: Blemore) -> None:
    clips = project / "clips"
    (clips / "empty.wav").touch()
    (clips / "text.mp4").write_text("this is no film")
    (clips / "page.mov").write_text("<!DOCTYPE html><html></html>")
    film = make_clip(project / "film.mkv", n_frames=5, size=(32, 32), codec="mpeg4", has_sound=False).read_bytes()
    (clips / "no_frames.mkv").write_bytes(film[:560])  # its head alone
    with wave.open(str(clips / "sound.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    with wave.open(str(clips / "no_samples.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
    done = blemore(*WORDS, "--json", cwd=project)
    assert done.returncode == 3
    with (project / "features" / "failures.csv").open() as file:
        reasons = {(row["clip"], row["encoder"]): row["failure"] for row in csv.DictReader(file)}
    assert reasons[("empty", "loudness")] == "the file must be a media file: it is empty"
    assert reasons[("text", "brightness")].startswith("the file must be a media file: Invalid data")
    assert reasons[("page", "loudness")].startswith("the file must be a media file")
    assert reasons[("sound", "brightness")] == "it has no picture, only sound"
    assert reasons[("no_samples", "loudness")] == "the file must have sound, and its track is empty"
    assert reasons[("no_frames", "brightness")] == "it has no frames"
    assert ("sound", "loudness") not in reasons
    content = json.loads(done.stdout)
    assert content["encoders"]["brightness"]["done"] == len(CLIPS)
    assert content["encoders"]["loudness"]["done"] == len(CLIPS) + 1
    assert "Traceback" not in done.stderr


def test_a_contact_sheet_shows_what_failed(project: Path, blemore: Blemore) -> None:
    make_clip(project / "clips" / "A104_sad_int1_ver1.mp4", n_frames=4, size=(32, 32), codec="mpeg4", has_sound=False)
    inspect = ("inspect", "index.h5", "--no-shift", "--json", "--media", "clips")
    blemore(*WORDS, cwd=project)
    blemore("index", "features", "--missing", "mask", "--modality", "loudness=audio", cwd=project)
    done = blemore(*inspect, cwd=project)
    assert done.returncode == 0, done.stderr
    sheet = project / "features" / "failures.png"
    assert json.loads(done.stdout)["contact_sheet"].endswith("features/failures.png")
    assert sheet.read_bytes().startswith(b"\x89PNG")
    assert "1 clips with failures, damage or few faces" in " ".join(done.stderr.split())
    again = blemore("index", "features", "--missing", "mask", "--modality", "loudness=audio", cwd=project)
    assert again.returncode == 0, again.stderr
    nothing = blemore(*inspect, "--set", "extract.out=nowhere", cwd=project)
    assert nothing.returncode == 3
    assert "nowhere must have features that `blemore extract` made" in nothing.stderr


def test_names_that_match_no_clip_are_told_with_the_nearest(project: Path, blemore: Blemore) -> None:
    (project / "test.csv").write_text("filename\nA101_ang_int1_ver2\nA999_sad_int1_ver1\n")
    done = blemore(*WORDS, "--set", "data.test_metadata=test.csv", cwd=project)
    assert done.returncode == 3
    assert "the nearest name of a clip to A101_ang_int1_ver1 is A101_ang_int1_ver2" in " ".join(done.stderr.split())


def test_check_finds_features_that_are_not_as_they_were_written(project: Path, blemore: Blemore) -> None:
    blemore(*WORDS, cwd=project)
    assert blemore("extract", "--check", cwd=project).returncode == 0
    assert blemore(*WORDS, "--check", cwd=project).returncode == 0
    np.save(project / "features" / "loudness" / f"{CLIPS[1]}.npy", np.zeros(2))
    done = blemore(*WORDS, "--check", "--json", cwd=project)
    assert done.returncode == 3
    assert json.loads(done.stdout)["damaged"] == {"brightness": [], "loudness": [CLIPS[1]]}


def test_metadata_say_which_clips_are_wanted(project: Path, blemore: Blemore) -> None:
    (project / "test.csv").write_text(f"filename\n{CLIPS[0]}\nabsent\n")
    done = blemore(*WORDS, "--json", "--set", "data.test_metadata=test.csv", cwd=project)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clips"] == 1
    assert "1 of 2 clips have no media file: absent" in done.stderr


def test_encoders_of_the_project_file(project: Path, blemore: Blemore) -> None:
    (project / "blemore.yaml").write_text(
        "extract:\n  media: [clips]\n  out: made\n  jobs: 1\n  encoders: {bright: {family: brightness, fps: 5}}\n"
    )
    assert blemore("extract", cwd=project).returncode == 0
    assert np.load(project / "made" / "bright" / f"{CLIPS[0]}.npy").shape == (1, 3)
    assert blemore("extract", "--encoder", "brightness", "--fps", "12.5", cwd=project).returncode == 0
    assert np.load(project / "made" / "brightness" / f"{CLIPS[0]}.npy").shape == (3, 3)


def test_another_recipe_in_a_folder_is_refused(project: Path, blemore: Blemore) -> None:
    blemore(*WORDS, cwd=project)
    done = blemore(*WORDS, "--fps", "5", cwd=project)
    assert done.returncode == 4
    assert "must be extracted in one way, and now options fps is 5, was absent" in done.stderr


def test_the_list_of_encoders(tmp_path: Path, blemore: Blemore) -> None:
    content = json.loads(blemore("extract", "--list", "--json", cwd=tmp_path).stdout)
    assert {"egemaps", "voice", "face", "facemesh", "face_emotion"} < set(content["encoders"])
    assert "research licence" in content["encoders"]["egemaps"]["licence"]
    assert "commercial use" in blemore("extract", "--list", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--media", "clips"), 2, "at least one encoder is needed"),
        (("--media", "gone", "--encoder", "loudness"), 3, "does not exist"),
        (("--encoder", "loudness"), 3, "must hold media files"),
        (("--media", "clips", "--encoder", "loudnes"), 2, "did you mean loudness"),
        (("--check",), 3, "must have features that `blemore extract` made, and has none"),
        (("--check", "--encoder", "voice"), 3, "made of voice, and has none"),
        (("--media", "clips", "--encoder", "x=clips"), 3, "must be the folder of a Hugging Face model"),
    ],
)
def test_what_is_wrong_is_told(
    project: Path, blemore: Blemore, words: tuple[str, ...], code: int, message: str
) -> None:
    done = blemore("extract", *words, cwd=project)
    assert done.returncode == code
    assert message in done.stderr
