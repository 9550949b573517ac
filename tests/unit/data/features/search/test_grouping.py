from pathlib import Path

import numpy as np
import pytest

from blemore_cli.data.features.readers.array_archive import NpzArchive
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.features.search.grouping import KnownClips, Located, grouped
from blemore_cli.data.features.search.passed_over import PassedOver

TRAIN, TEST = "ABCDEFGH", "RST"
CLIPS = KnownClips(frozenset(TRAIN + TEST).__contains__, frozenset(TRAIN), frozenset(TEST))


def groups_of(root: Path, layout: dict[str, str], clips: KnownClips = CLIPS) -> tuple[list[Source], list[PassedOver]]:
    """Groups of archives (`.npz`) and folders that have these clips."""
    located = []
    for name, inside in layout.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            np.savez(path, X=np.ones((len(inside), 2)), filenames=np.array([*inside]))
            located.append(Located(Source(path.stem, path, NpzArchive()), root))
        else:
            path.mkdir()
            for clip in inside:
                np.save(path / f"{clip}.npy", np.ones(2))
            located.append(Located(Source(path.name, path, ClipFolder()), root))
    return grouped(located, clips)


def encoders(root: Path, layout: dict[str, str], clips: KnownClips = CLIPS) -> dict[str, list[str]]:
    sources, _ = groups_of(root, layout, clips)
    return {source.name: [path.relative_to(root).as_posix() for path in source.paths] for source in sources}


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ({"E_test.npz": TEST, "E_train.npz": TRAIN}, "E"),
        ({"test/E.npz": TEST, "train/E.npz": TRAIN}, "E"),
        ({"E/test": TEST, "E/train": TRAIN}, "E"),
        ({"E-TEST": TEST, "e_train": TRAIN}, "e"),
        ({"Test/E": TEST, "TRAIN/e": TRAIN}, "e"),
        ({"E_test": TEST, "E.npz": TRAIN}, "E"),
        ({"E_fold0": "ABCD", "E_fold1": "EFGH", "E_test": TEST}, "E"),
        ({"E_val": "ABCD", "E_train": "EFGH", "E_test": TEST}, "E"),
        ({"a/E.npz": "ABCD", "b/E.npz": "EFGHRST"}, "E"),
        ({"E/0": "ABCD", "E/1": "EFGH", "E/test": TEST}, "E"),
        ({"E/batch_1.npz": "ABCD", "E/batch_2.npz": "EFGHRST"}, "E"),
        ({"train/E": TRAIN, "test/E/part1": "R", "test/E/part2": "ST"}, "E"),
    ],
)
def test_sources_of_one_encoder_are_joined(tmp_path: Path, layout: dict[str, str], name: str) -> None:
    result = encoders(tmp_path, layout)
    assert {encoder: sorted(paths) for encoder, paths in result.items()} == {name: sorted(layout)}


@pytest.mark.parametrize(
    ("layout", "names"),
    [
        ({"E_train": TRAIN + TEST}, ["E_train"]),
        ({"my_test": TRAIN + TEST}, ["my_test"]),
        ({"E_train": TRAIN + TEST, "E_test": TRAIN + TEST}, ["E_test", "E_train"]),
        ({"emonet_val": TRAIN + TEST, "emonet_aro": TRAIN + TEST}, ["emonet_aro", "emonet_val"]),
        ({"E_fold0": TRAIN + TEST, "E_fold1": TRAIN + TEST}, ["E_fold0", "E_fold1"]),
        ({"test": TRAIN + TEST}, ["test"]),
        ({"facebook/w2v": TRAIN + TEST, "other/w2v": TRAIN + TEST}, ["facebook.w2v", "other.w2v"]),
        ({"E/06": TRAIN + TEST, "E/07": TRAIN + TEST}, ["E.06", "E.07"]),
        ({"HuBERT": TRAIN + TEST, "hubert": TRAIN + TEST}, ["HuBERT", "hubert"]),
    ],
)
def test_words_that_tell_no_split_stay(tmp_path: Path, layout: dict[str, str], names: list[str]) -> None:
    assert sorted(encoders(tmp_path, layout)) == names


def test_a_half_alone_has_the_name_without_its_word(tmp_path: Path) -> None:
    assert [*encoders(tmp_path, {"E_train": TRAIN})] == ["E"]
    only_train = KnownClips(frozenset(TRAIN).__contains__, frozenset(TRAIN))
    assert [*encoders(tmp_path / "b", {"E_train": TRAIN, "E_test.npz": TEST}, only_train)] == ["E"]


def test_halves_with_common_clips_stay_one_encoder_for_reading_to_refuse(tmp_path: Path) -> None:
    assert [*encoders(tmp_path, {"E_train": TRAIN + "R", "E_test": TEST})] == ["E"]
    assert [*encoders(tmp_path / "b", {"E_train": TRAIN + TEST, "E_test": TEST})] == ["E"]


def test_what_leads_to_the_same_place_is_read_once(tmp_path: Path) -> None:
    sources, _ = groups_of(tmp_path, {"f/E": TRAIN + TEST})
    path = sources[0].path
    (tmp_path / "g").mkdir()
    (tmp_path / "g/E").symlink_to(path)
    (tmp_path / "g/F").symlink_to(path)
    located = [Located(Source(p.name, p, ClipFolder()), tmp_path) for p in (path, tmp_path / "g/E", tmp_path / "g/F")]
    sources, passed_over = grouped([*located, located[0]], CLIPS)
    assert {source.name: source.paths for source in sources} == {"E": (path,), "F": (tmp_path / "g/F",)}
    assert [entry.path for entry in passed_over] == [tmp_path / "g/E"]
