import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABELS
from blemore_cli.data.metadata.clip_names import carries_label, clip_name, is_clip_name, is_clip_path, parse_clip_name


@pytest.mark.parametrize(
    ("name", "clip"),
    [
        ("test_0001.mov", "test_0001"),
        ("test_0001.npy", "test_0001"),
        ("features/test_0001.mov.NPY", "test_0001"),
        ("test_0001.npy.npz", "test_0001"),
        ("test_0001.safetensors", "test_0001"),
        ("a/b/test_0001.WAV", "test_0001"),
        ("C:\\clips\\test_0001.mp4", "test_0001"),
        ("test_0001", "test_0001"),
        ("test_0001.final", "test_0001.final"),
        ("clip.mov.mp3", "clip"),
        ("movie_mov", "movie_mov"),
        (".mov", ""),
    ],
)
def test_clip_name_drops_directory_and_media_suffix(name: str, clip: str) -> None:
    assert clip_name(name) == clip


@pytest.mark.parametrize(
    "name",
    [
        *("", " a", "a ", "a/b", "a\\b", "..", ".hidden", "a\x1b[31m", "a\n", "a\0", "\u202ea", "a\ud800"),
        *("=1+1", "@a", "+a", "-a"),
    ],
)
def test_hostile_clip_names_are_told(name: str) -> None:
    assert not is_clip_name(name)


@pytest.mark.parametrize("letters", ["[", "- ", ".npy", "/", ".npyx"])
def test_what_is_no_name_takes_no_time(letters: str) -> None:
    assert len(clip_name(letters * 200_000)) <= 200_000 * len(letters)


@pytest.mark.parametrize("name", ["a.mov", "videos/a.mov", "/data/b/a.mov.npy", "./a", "C:\\clips\\a.mp4"])
def test_paths_of_clips_are_told(name: str) -> None:
    assert is_clip_path(name)
    assert clip_name(name) == "a"


@pytest.mark.parametrize("name", ["", "../a", "x/../a", ".hidden/a", "videos/", "videos/.a", "a/ b", " a/b", "a\n/b"])
def test_hidden_and_hostile_paths_are_told(name: str) -> None:
    assert not is_clip_path(name)


def test_a_letter_with_a_mark_is_one_letter() -> None:
    assert clip_name("Zoe\u0308_1.mov") == "Zo\u00eb_1"


@pytest.mark.parametrize(
    ("name", "actor", "code"),
    [
        ("A102_ang_int1_ver1", "A102", "ang"),
        ("A303_neu_sit2_ver1", "A303", "neu"),
        ("A411_mix_ang_hap_30_70_ver1", "A411", "ang_hap_30_70"),
        ("A411_mix_sad_disg_30_70_ver12.mov", "A411", "disg_sad_70_30"),
        ("clips/A1_mix_fea_hap_50_50_ver2.mp4", "A1", "fea_hap_50_50"),
    ],
)
def test_training_names_carry_actor_and_label(name: str, actor: str, code: str) -> None:
    found_actor, position = parse_clip_name(name)
    assert (found_actor, LABELS[position].code) == (actor, code)
    assert carries_label(name)


@pytest.mark.parametrize(
    "name",
    ["test_0001", "", "A102_ang", "A102_ang_int1", "_ang_int1_ver1", "A102_ang_int1_ver1_x", "A102_ang_int\u0661_ver1"],
)
def test_other_names_carry_no_label(name: str) -> None:
    assert not carries_label(name)
    with pytest.raises(DataError, match="a clip's name is ACTOR_EMOTION_intN_verN"):
        parse_clip_name(name)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("A102_joy_int1_ver1", "got 'joy'"),
        ("A102_mix_ang_neu_50_50_ver1", "neutral is never blended"),
        ("A102_mix_ang_ang_50_50_ver1", "two emotions"),
        ("A102_mix_ang_hap_60_40_ver1", "ang 60 \\+ hap 40"),
        ("A102_mix_ang_hap_70_70_ver1", "ang 70 \\+ hap 70"),
    ],
)
def test_labels_that_are_not_permitted_are_refused_with_the_clip(name: str, problem: str) -> None:
    assert carries_label(name)
    with pytest.raises(DataError, match=f"clip {name}: .*{problem}"):
        parse_clip_name(name)
