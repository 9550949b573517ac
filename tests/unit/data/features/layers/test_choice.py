import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.layers.choice import LayerChoice, shown, without_layer


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("all", list(range(13))),
        ("6-8", [6, 7, 8]),
        ("8-6", [6, 7, 8]),
        ("6,8,10", [6, 8, 10]),
        ("0,6-7,6", [0, 6, 7]),
        ("-1", [12]),
        ("-2--1", [11, 12]),
        ("10--1", [10, 11, 12]),
        ("mean:1-2", [1, 2]),
    ],
)
def test_layers_are_chosen_by_number(text: str, numbers: list[int]) -> None:
    choice = LayerChoice.parsed(text)
    assert choice.of(range(13)) == numbers
    assert choice.is_mean == text.startswith("mean")


def test_numbers_are_those_of_folders() -> None:
    assert LayerChoice.parsed("6,-1").of([3, 6, 9]) == [6, 9]


@pytest.mark.parametrize(("text", "absent"), [("13", 13), ("6-20", 13), ("-14", -1)])
def test_a_layer_that_is_not_there_is_named_with_those_that_are(text: str, absent: int) -> None:
    with pytest.raises(DataError, match=rf"among the 13 from 0 to 12, got {absent}$"):
        LayerChoice.parsed(text).of(range(13))


def test_names_of_encoders_and_numbers() -> None:
    assert shown([0, 6, 7, 8, 12]) == "0, 6-8, 12"
    assert without_layer("wav2vec2.0") == "wav2vec2.0"
    assert without_layer("wavlm.12") == "wavlm"
