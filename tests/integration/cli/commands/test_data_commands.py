"""`blemore index` and `blemore inspect` as a script sees them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import Blemore, parsed

from blemore_cli.core.files import sha256_of
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.data.index.file import read_index

pytestmark = pytest.mark.slow


def test_index_and_inspect_speak_the_contract(trained: Path, blemore: Blemore) -> None:
    content = parsed(blemore("inspect", "--json", cwd=trained))
    assert {"index", "train", "test", "encoders", "sha256", "labels", "folds", "shift"} <= content.keys()
    assert all({"dim", "modality", "missing", "nan"} <= encoder.keys() for encoder in content["encoders"].values())
    cached = sum(path.stat().st_size for path in (trained / "runs/.cache").iterdir())
    assert content["cache_bytes"] == cached > 0
    openface, wavlm = (content["encoders"][name] for name in ("openface", "wavlm"))
    assert openface["columns"][0].startswith("AU")
    assert (openface["aggregate"], openface["dim"]) == ("stats7", 7 * len(openface["columns"]))
    assert (wavlm["columns"], wavlm["aggregate"]) == ([], "static")
    assert wavlm["source"] == "features/wavlm_static_features.npz"
    assert content["metadata"] == {split: sha256_of(trained / f"{split}_metadata.csv") for split in ("train", "test")}
    again = parsed(blemore("index", "--json", cwd=trained))
    assert again["sha256"] == content["sha256"]


def test_inspect_without_the_shift_is_quick_and_prints_tables(trained: Path, blemore: Blemore) -> None:
    done = blemore("inspect", "--no-shift", "--run", "first", cwd=trained)
    assert done.returncode == 0
    for words in ("first: no encoder is reduced", "official folds", "ang+disg", "openface", "names of columns", "AU01"):
        assert words in done.stdout
    assert "AUC" not in done.stdout


def test_flags_take_the_place_of_the_project_file(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    features = trained / "features" / "wavlm_static_features.npz"
    metadata = ["--train-metadata", trained / "train_metadata.csv", "--test-metadata", trained / "test_metadata.csv"]
    words = ["index", features, *metadata, "--out", "small.h5", "--encoder", f"again={features}", "--json"]
    content = parsed(blemore(*words, "--modality", "again=audio", cwd=tmp_path))
    assert content["encoders"].keys() == {"wavlm", "again"}
    assert content["encoders"]["again"]["modality"] == "audio"
    assert (tmp_path / "small.h5").is_file()
    own = parsed(blemore("index", features, "--encoder", f"wavlm={features}", *words[2:8], "--json", cwd=tmp_path))
    assert own["encoders"].keys() == {"wavlm"}


def test_predictions_of_a_run_are_an_encoder(trained: Path, blemore: Blemore, tmp_path: Path) -> None:
    rows = pd.concat([pd.read_csv(trained / "runs" / "first" / name) for name in ("oof.csv", "test.csv")])
    rows.to_csv(tmp_path / "friend.csv", index=False)
    metadata = ["--train-metadata", trained / "train_metadata.csv", "--test-metadata", trained / "test_metadata.csv"]
    done = blemore("index", "friend.csv", *metadata, "--out", "both.h5", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "the mean of a clip's is taken" in done.stderr
    index = read_index(tmp_path / "both.h5")
    means = rows.groupby("filename")[list(PROBABILITY_COLUMNS)].mean().loc[index.clips.filename.tolist()]
    assert np.allclose(index.features("friend"), means, atol=1e-6)
    content = parsed(blemore("inspect", "both.h5", "--no-shift", "--json", cwd=tmp_path))
    assert "its 36 columns are predictions" in content["notes"][0]


@pytest.mark.parametrize("flag", ["--encoder", "--modality"])
def test_pairs_need_a_name_and_a_value(trained: Path, blemore: Blemore, flag: str) -> None:
    done = blemore("index", flag, "no-equals-sign", cwd=trained)
    assert done.returncode == 2
    assert "NAME=" in done.stderr


def test_rows_that_slipped_against_the_names_need_a_flag(trained: Path, blemore: Blemore) -> None:
    path = trained / "train_metadata.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    names, cells = zip(*(row.split(",", 1) for row in rows), strict=True)
    slipped = [f"{name},{cell}" for name, cell in zip(names, cells[-1:] + cells[:-1], strict=True)]
    path.write_text("\n".join([header, *slipped]), encoding="utf-8")
    done = blemore("index", cwd=trained)
    assert done.returncode == 3
    assert "where the name has" in done.stderr
    assert "in line 2" in done.stderr
    done = blemore("index", "--allow-name-conflicts", "--allow-actor-overlap", "--out", "other.h5", cwd=trained)
    assert done.returncode == 0, done.stderr


def test_metadata_of_a_spreadsheet_give_the_same_clips(trained: Path, blemore: Blemore) -> None:
    path = trained / "train_metadata.csv"
    text = path.read_text(encoding="utf-8").replace(",ang,", ",Anger,").replace(",", ";")
    path.write_text(f" {text};;;\n", encoding="utf-16")
    parsed(blemore("index", "--json", "--out", "other.h5", cwd=trained))
    one, other = (read_index(trained / name).clips for name in ("index.h5", "other.h5"))
    for name in ("filename", "actor", "fold", "label"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_inspect_counts_degenerate_features(trained: Path, blemore: Blemore) -> None:
    source = trained / "features" / "wavlm_static_features.npz"
    with np.load(source) as content:
        arrays = dict(content)
    arrays["X"][:3] = 0
    np.savez(source, **arrays)
    shutil.copy(source, source.with_name("wavlm_again_static_features.npz"))
    noted = blemore("index", cwd=trained)
    content = parsed(blemore("inspect", "--no-shift", "--json", cwd=trained))
    assert content["encoders"]["wavlm"]["zero_rows"] == 3
    assert content["equal_encoders"] == [["wavlm", "wavlm_again"]]
    shown = blemore("inspect", "--no-shift", cwd=trained)
    for text in (noted.stderr, shown.stderr):
        assert "encoder wavlm: 3 of 174 clips have zeros alone" in text
        assert "encoders wavlm and wavlm_again have the same features" in text
