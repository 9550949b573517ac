import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import h5py
import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import sha256_of
from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.index import file as module
from blemore_cli.data.index.check import EncoderInfo, check_features
from blemore_cli.data.index.file import read_contents, read_index, write_index
from blemore_cli.data.metadata.clips import clips_from_names

CLIPS: Clips = clips_from_names(["A1_ang_int1_ver1", "A2_mix_hap_sad_70_30_ver1", "täst_0001"])
METADATA = {"train": "1" * 64}


def encoder(name: str, width: int = 4, columns: tuple[str, ...] = ()) -> EncoderFeatures:
    features = np.random.default_rng(width).normal(size=(len(CLIPS), width)).astype(np.float32)
    features[1] = np.nan
    present = np.array([True, False, True])
    return EncoderFeatures(name, features, present, "audio", f"../{name}", "stats7", "0" * 64, columns)


def encoders() -> list[EncoderFeatures]:
    return [encoder("wavlm", 4, ("AU01", "größe")), encoder("clip", 7)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_index(tmp_path / "index.h5", CLIPS, encoders(), metadata=METADATA)
    return tmp_path / "index.h5"


def test_what_is_written_is_read(path: Path) -> None:
    index = read_index(path)
    for column in fields(Clips):
        assert np.array_equal(getattr(index.clips, column.name), getattr(CLIPS, column.name))
    assert list(index.encoders) == ["clip", "wavlm"]
    info = index.encoders["clip"]
    assert (info.dim, info.modality, info.source, info.aggregate, info.sha256, info.n_missing) == (
        *(7, "audio", "../clip", "stats7"),
        *("0" * 64, 1),
    )
    assert (index.encoders["wavlm"].columns, info.columns) == (("AU01", "größe"), ())
    assert index.features("clip").tobytes() == encoder("clip", 7).features.tobytes()
    assert index.present("clip").tolist() == [True, False, True]
    assert (index.sha256, index.metadata) == (sha256_of(path), METADATA)


def test_the_checksum_of_the_content_is_read_without_that_of_the_bytes(path: Path, tmp_path: Path) -> None:
    contents, index = read_contents(path), read_index(path)
    assert (contents.encoders, contents.metadata) == (index.encoders, index.metadata)
    write_index(tmp_path / "other.h5", CLIPS, [encoder("wavlm", 4), encoder("clip", 7)])
    assert read_contents(tmp_path / "other.h5").checksum != contents.checksum


def test_layout_is_the_contracts(path: Path) -> None:
    with h5py.File(path) as file:
        assert (file.attrs["format"], file.attrs["version"], file.attrs["complete"]) == ("blemore-index", 2, True)
        assert list(file["clips/split"].asstr()) == ["train", "train", "test"]
        assert list(file["clips/filename"].asstr()) == CLIPS.filename.tolist()
        assert file["clips/fold"][()].tolist() == [0, 1, -1]
        assert file["clips/label"].dtype == np.float64
        assert np.array_equal(file["clips/label"][:2], SALIENCE[CLIPS.label[:2]])
        assert np.isnan(file["clips/label"][2]).all()
        features = file["encoders/clip/features"]
        assert (features.dtype, features.chunks, features.compression) == (np.float32, None, None)
        assert set(file["encoders/clip"]) == {"features", "present"}
        assert list(file["encoders/wavlm/columns"].asstr()) == ["AU01", "größe"]
        assert file["encoders/clip/present"].dtype == np.bool_
        attributes = {"modality", "source", "aggregate", "sha256", "settings", "features_sha256", "checksum"}
        assert set(file["encoders/clip"].attrs) == attributes
        assert (set(file["clips"].attrs), "checksum" in file.attrs) == ({"train_metadata_sha256", "checksum"}, True)


@pytest.mark.slow
def test_same_content_gives_the_same_bytes_at_another_time(path: Path, tmp_path: Path) -> None:
    time.sleep(1.01 - time.time() % 1)  # HDF5 keeps times in seconds: into the next one
    write_index(
        tmp_path / "again.h5",
        CLIPS,
        iter(encoders()),
        metadata=METADATA,
    )
    assert sha256_of(tmp_path / "again.h5") == sha256_of(path)


def test_index_pickles(path: Path) -> None:
    index = pickle.loads(pickle.dumps(read_index(path)))
    assert index.features("clip").shape == (3, 7)


def test_failure_leaves_the_old_file_and_nothing_else(path: Path) -> None:
    def failing() -> Iterator[EncoderFeatures]:
        yield encoder("clip")
        raise KeyboardInterrupt

    before = sha256_of(path)
    with pytest.raises(KeyboardInterrupt):
        write_index(path, CLIPS, failing())
    assert sha256_of(path) == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("bit", range(0, 3 * 7 * 32, 37))
def test_a_flipped_bit_of_a_matrix_is_refused_with_its_encoder(path: Path, bit: int) -> None:
    flip(path, "encoders/clip/features", bit)
    index = read_index(path)
    with pytest.raises(ArtefactError, match="features of encoder clip had another checksum") as caught:
        index.features("clip")
    assert "blemore index" in caught.value.fix
    assert index.features("wavlm").shape == (3, 4)


@pytest.mark.parametrize("name", ["clips/label", "clips/fold", "clips/actor", "encoders/clip/present"])
def test_a_flipped_bit_of_another_dataset_is_refused_at_once(path: Path, name: str) -> None:
    flip(path, name, 1)
    with pytest.raises(ArtefactError, match=r"had another checksum|label is not one|fold does not fit"):
        read_index(path)


def flip(path: Path, dataset: str, bit: int) -> None:
    """Flips a bit of the values of a dataset in the file."""
    with h5py.File(path) as file:
        offset = file[dataset].id.get_offset()
    content = bytearray(path.read_bytes())
    content[offset + bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


def test_a_matrix_is_checked_once_a_process(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = list[str]()

    def counted(features: np.ndarray, info: EncoderInfo, name: str, path: Path) -> None:
        checked.append(name)
        check_features(features, info, name, path)

    monkeypatch.setattr(module, "check_features", counted)
    for _ in range(2):
        read_index(path).features("clip")
    assert checked == ["clip"]


LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from tests.unit.data.index.test_file import CLIPS, encoder
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.file import write_index
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    write_index(Path(sys.argv[1]), CLIPS, [encoder("clip", 500), encoder("wavlm", 40)])
except ArtefactError as error:
    print(error.message)
"""


@pytest.mark.parametrize("limit", [0, 100, 1000, 2500, 6000, 9000, 12000])
def test_a_disk_that_is_full_at_any_moment_leaves_the_old_index_and_nothing_else(path: Path, limit: int) -> None:
    before, root = path.read_bytes(), str(Path(__file__).parents[4])
    words = [sys.executable, "-c", LIMITED, str(path), str(limit), root]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{path} must be writable: File too large\n"), done.stderr
    assert list(path.parent.iterdir()) == [path]
    assert path.read_bytes() == before


def test_unknown_encoder_is_named(path: Path) -> None:
    with pytest.raises(ArtefactError, match="has the encoders clip, wavlm, but not hubert"):
        read_index(path).features("hubert")


def test_files_that_are_no_index_are_refused(path: Path) -> None:
    content = path.read_bytes()
    for number, damaged in enumerate([b"", b"text\n", content[:100], content[: len(content) // 2], content[:-1]]):
        target = path.with_name(f"{number}.h5")
        target.write_bytes(damaged)
        with pytest.raises(ArtefactError, match=rf"{number}\.h5") as caught:
            read_index(target)
        assert "blemore index" in caught.value.fix
    for target in (path.parent, path.with_name("none.h5")):
        with pytest.raises(ArtefactError, match="must be an index file"):
            read_index(target)
