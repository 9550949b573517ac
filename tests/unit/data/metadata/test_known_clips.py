from pathlib import Path

import numpy as np

from blemore_cli.data.features.sources import find_sources
from blemore_cli.data.metadata.known_clips import names_in_sources

CLIPS = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"]


def test_names_are_those_of_all_sources(tmp_path: Path) -> None:
    (tmp_path / "clip").mkdir()
    for clip in CLIPS[1:]:
        (tmp_path / f"clip/{clip}.csv").write_text("frame,a\n1,2\n")
    (tmp_path / "clip/test_metadata.csv").write_text("filename\ntest_0001\n")
    np.savez(tmp_path / "hubert.npz", X=np.ones((2, 3)), filenames=np.array([f"{clip}.mov" for clip in CLIPS[:2]]))
    (tmp_path / "egemaps.csv").write_text(f"file,a\n{CLIPS[0]}.wav,1\n")
    assert names_in_sources(find_sources([tmp_path], {}, None).sources) == CLIPS
