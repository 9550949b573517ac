import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.tables import columns_of, table_of_npz, table_of_text_or_parquet

CSV, PARQUET = Path("egemaps.csv"), Path("egemaps.parquet")


def npz(features: np.ndarray, filenames: list[str]) -> bytes:
    file = io.BytesIO()
    np.savez(file, X=features, filenames=np.array(filenames))
    return file.getvalue()


def test_npz_names_lose_their_media_suffix() -> None:
    table = table_of_npz(npz(np.ones((2, 3)), ["A.mov", "videos/B.wav"]), Path("x.npz"))
    assert table.clips == ["A", "B"]


@pytest.mark.parametrize(
    ("n_rows", "names", "message"), [(2, ["A"], "got 2 and 1"), (2, ["A", "A.mov"], "more for 'A'")]
)
def test_npz_with_names_that_do_not_fit_is_refused(n_rows: int, names: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        table_of_npz(npz(np.ones((n_rows, 3)), names), Path("x.npz"))


@pytest.mark.parametrize("clip_column", ["filename", "file", "clip", "clip_name", "name", "Filename"])
def test_labels_and_text_never_become_features(clip_column: str) -> None:
    text = f"{clip_column}, fold, emotion_1, mix, version, speaker, F0, loudness\nA.wav, 0, 1, 0, 1, x, 1.5, 2\n"
    table = table_of_text_or_parquet(text.encode(), CSV)
    assert table.clips == ["A"]
    assert table.columns == ("F0", "loudness")
    assert table.features.tolist() == [[1.5, 2.0]]
    assert table.left_out == ("fold", "emotion_1", "mix", "version", "speaker")


def test_parquet_and_csv_give_the_same() -> None:
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32), columns=["a", "b"])
    frame.index = pd.Index(["A.wav", "B.wav", "C.wav"], name="file")
    file = io.BytesIO()
    frame.to_parquet(file)
    parquet = table_of_text_or_parquet(file.getvalue(), PARQUET)
    csv = table_of_text_or_parquet(frame.to_csv().encode(), CSV)
    assert parquet.clips == csv.clips == ["A", "B", "C"]
    assert parquet.features.astype(np.float32).tobytes() == csv.features.astype(np.float32).tobytes()


@pytest.mark.parametrize(
    ("content", "path", "message"),
    [
        (b"a,b\n1,2\n", CSV, "one of the columns filename"),
        (b"filename,a\n", CSV, "0 rows"),
        (b"filename,a\nA,x\n", CSV, "0 such columns"),
        (b"filename,fold\nA,1\n", CSV, "0 such columns"),
        (b"filename,a\nA,1\nA.mov,2\n", CSV, "frame-level|more for 'A'"),
        (b"\xff\xfe\x00", CSV, "egemaps.csv must be a table"),
        (b"", CSV, "egemaps.csv must be a table"),
        (b"PAR1 and then nothing", PARQUET, "egemaps.parquet must be a table"),
    ],
)
def test_other_tables_are_refused(content: bytes, path: Path, message: str) -> None:
    with pytest.raises(DataError, match=message):
        table_of_text_or_parquet(content, path)


def test_columns_are_read_without_the_rows(tmp_path: Path) -> None:
    frame = pd.DataFrame({"filename": ["A"], "a": [1.0]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    found = [columns_of(tmp_path / name) for name in ("t.csv", "t.parquet", "broken.parquet")]
    assert found == [["filename", "a"], ["filename", "a"], []]


def test_text_among_numbers_is_an_error_that_names_the_cell() -> None:
    with pytest.raises(DataError, match="'oops' in column f1 of clip b"):
        table_of_text_or_parquet(b"filename,f0,f1\na,1,2\nb,3,oops\n", Path("egemaps.csv"))
