import pickle

import numpy as np

from blemore_cli.data.features.records import ClipFeatures, SourceFeatures


def test_features_of_a_clip_travel_between_processes() -> None:
    clip = pickle.loads(pickle.dumps(ClipFeatures(np.ones((2, 3)), columns=("a", "b", "c"))))
    assert clip.features.tolist() == [[1.0] * 3] * 2
    assert (clip.columns, clip.aggregate, clip.notes) == (("a", "b", "c"), None, {})


def test_sources_without_frames_are_static() -> None:
    assert SourceFeatures(["A"], np.ones((1, 3))).aggregate == "static"
