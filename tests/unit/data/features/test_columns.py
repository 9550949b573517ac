from pathlib import Path

import pandas as pd
import pytest

from blemore_cli.data.features.columns import clip_column, csv_columns, feature_columns, is_feature_table


@pytest.mark.parametrize("column", ["filename", "file", "clip", "clip_name", "name", "Filename"])
def test_labels_and_bookkeeping_are_never_features(column: str) -> None:
    columns = [column, "fold", "Emotion_1", "mix", "version", "F0", "timestamp", "Unnamed: 0"]
    assert clip_column(columns) == column
    assert feature_columns(columns) == ["F0"]


def test_metadata_are_no_features() -> None:
    assert not is_feature_table(["filename", "video_id", "mix", "emotion_1", "fold"])
    assert not is_feature_table(["AU01_r", "AU02_r"])


def test_columns_are_read_without_the_rows(tmp_path: Path) -> None:
    pd.DataFrame({" filename": ["A"], "a": [1.0]}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "broken.csv").write_bytes(b"\xff\xfe\x00")
    assert [csv_columns(tmp_path / name) for name in ("t.csv", "broken.csv")] == [["filename", "a"], []]
