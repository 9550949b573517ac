from pathlib import Path

import numpy as np

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.features.readers.base import Candidate, Request, Source
from blemore_cli.data.features.readers.index_file import IndexFile
from blemore_cli.data.index.file import write_index
from blemore_cli.data.metadata.clips import clips_from_names

CLIPS = clips_from_names(["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"])


def test_an_index_is_a_source_of_each_of_its_encoders(tmp_path: Path) -> None:
    path, reader = tmp_path / "old.h5", IndexFile()
    present = np.array([True, False, True])
    features = np.arange(6, dtype=np.float32).reshape(3, 2)
    features[~present] = np.nan
    write_index(path, CLIPS, [EncoderFeatures("x", features, present, "audio", "x.npz", "stats7", "abc", ("AU01",))])
    assert reader.encoders_at(Candidate(path, lambda _: True, is_given=True)) == ["x"]
    assert reader.encoders_at(Candidate(path, lambda _: True, is_given=False)) == []
    source, request = Source("x", path, reader), Request(lambda _: True, DataConfig())
    assert reader.clips_of(source) == CLIPS.filename.tolist()
    read = reader.read(source, request)
    assert (read.clips, read.features.tolist()) == (["A1_ang_int1_ver1", "test_0001"], [[0.0, 1.0], [4.0, 5.0]])
    assert (read.aggregate, read.sha256, read.modality, read.columns) == ("stats7", "abc", "audio", ("AU01",))
