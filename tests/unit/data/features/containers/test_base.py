import numpy as np

from blemore_cli.data.features.containers.base import described, shown, split_key


def test_names_have_parts() -> None:
    assert split_key("/train//A.mov") == ("train", "A.mov")
    assert split_key("A") == ("A",)
    assert shown(("train", "A")) == "train/A"
    assert shown(()) == ""


def test_arrays_are_described() -> None:
    assert described((2, 3), np.dtype("f4")) == "[2, 3] of float32"
