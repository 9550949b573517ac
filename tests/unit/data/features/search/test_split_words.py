from pathlib import Path

import pytest

from blemore_cli.data.features.search.split_words import SplitName, counterparts, folded, split_name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "hubert_train",
            "train_hubert",
            "hubert-train",
            "hubert.train",
            "hubert train",
            "hubert_TRAIN",
            "Train-hubert",
        ),
        *("hubertTrain", "TrainHubert", "hubert_training"),
    ],
)
def test_the_word_goes_wherever_it_stands(name: str) -> None:
    result = split_name(name)
    assert result is not None
    assert (result.base.lower(), result.splits) == ("hubert", ("train",))


@pytest.mark.parametrize(
    ("name", "base", "splits"),
    [
        ("ENC_features_train", "ENC_features", ("train",)),
        ("hubert_test_large", "hubert_large", ("test",)),
        ("hubert_validation", "hubert", ("val",)),
        ("hubert_fold_3", "hubert", ("fold3",)),
        ("shard-0", "", ("shard0",)),
        ("hubert-00001-of-00005", "hubert", ("00001of00005",)),
        ("TEST", "", ("test",)),
        ("oof", "", ("train",)),
        ("hubert_train_val", "hubert", ("train", "val")),
    ],
)
def test_words_of_all_kinds(name: str, base: str, splits: tuple[str, ...]) -> None:
    assert split_name(name) == SplitName(base, splits)


@pytest.mark.parametrize("name", ["pretrained", "contest", "latest", "HuBERT_large", "fold", "evaluator"])
def test_parts_of_other_words_are_no_words(name: str) -> None:
    assert split_name(name) is None


def test_names_are_compared_without_case_and_separators() -> None:
    assert folded("Wav LM-large.v2") == folded("wavlm_large_V2")


def test_counterparts_keep_the_case_and_the_form_of_the_word() -> None:
    assert counterparts(Path("f/ENC_TRAIN")) == [Path("f/ENC_TEST")]
    assert counterparts(Path("f/testing.ENC.npz")) == [Path("f/training.ENC.npz")]
    assert counterparts(Path("f/ENC_trainset1.npz")) == [Path("f/ENC_testset1.npz")]
    assert counterparts(Path("f/ENC_trainval")) == [Path("f/ENC_test")]
    both = [path.as_posix() for path in counterparts(Path("pre_extracted_train_data/ImageBind_train"))]
    assert both[0] == "pre_extracted_test_data/ImageBind_test"
    assert both[1:] == ["pre_extracted_train_data/ImageBind_test", "pre_extracted_test_data/ImageBind_train"]
    assert counterparts(Path("E_train/npy")) == [Path("E_test/npy")]
    assert counterparts(Path("test_of_mine/hubert.npz")) == []
    assert counterparts(Path("f/hubert_val.npz")) == counterparts(Path("f/hubert.npz")) == []
