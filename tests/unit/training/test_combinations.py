from typing import Any

import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.training.combinations import check_combination


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"model.heads": "softmax_emotions"}, "every prediction would be a single"),
        ({"model.heads": "softmax_emotions", "model.family": "mlp256"}, "every prediction would be a single"),
        ({"model.fusion": "weighted", "model.fusion_options": {"share": 0.5}}, r"weighted\.share is no hyperparameter"),
        ({"model.gate_options": {"share": 0.5}}, r"attention\.share is no hyperparameter"),
        ({"model.heads_options": {"share": 0.5}}, r"decoupled\.share is no hyperparameter"),
        ({"adapt.method": "dann", "adapt.options": {"hidden": 8}}, r"dann\.hidden .*; did you mean d_hidden"),
        ({"adapt.method": "dann", "adapt.options": {"d_hidden": "wide"}}, "must be of type int, got 'wide'"),
        ({"train.optimiser": "adam"}, "train.weight_decay below 0.1 to learn at all, got 1"),
        ({"decode.match_prior": "split", "decode.method": "thresholds"}, "decode.match_prior"),
        ({"model.fusion": "weighted", "model.top_n": "auto", "train.protocol": "official"}, "got true and official"),
        ({"model.fusion": "weighted", "model.top_n": "auto", "train.second_stage": False}, "got false and nested"),
        (
            {"model.fusion": "weighted", "model.selection": "quality"},
            r"model\.fusion=evidence has, got model\.fusion=weighted",
        ),
        (
            {"model.fusion": "weighted", "model.gate": "quality", "model.gate_view": ["a"]},
            r"quality .* model\.gate_view=a",
        ),
        ({"model.fusion": "pool"}, r"learned ranks by soundness, which model\.fusion=pool does not have"),
        ({"model.fusion": "pool", "model.selection": "gate"}, "gate ranks by soundness"),
        ({"model.fusion": "pool", "model.selection": "full", "model.gate_view": ["a"]}, "pool hears every encoder"),
        ({"model.fusion": "transformer", "model.fusion_options": {"layers": 2}}, "did you mean n_layers"),
        ({"model.selection": "neighbours", "model.fusion": "rank"}, r"neighbours ranks .* got model\.fusion=rank"),
    ],
)
def test_what_leaves_no_useful_model_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as error:
        check_combination(with_changes(Config(), changes))
    assert error.value.fix


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"model.heads": "softmax_emotions", "decode.method": "thresholds"},
        {"model.heads": "softmax_emotions", "model.family": "logistic"},  # has heads of its own
        {"adapt.method": "dann", "adapt.options": {"d_hidden": 8}},
        {"model.fusion": "pool", "model.selection": "full"},
        {"model.fusion": "transformer", "model.fusion_options": {"n_layers": 2}},
        {"train.optimiser": "adam", "train.weight_decay": 1e-3},
        {"model.top_n": "auto", "train.protocol": "official", "model.selection": "mean"},  # keeps all of them
    ],
)
def test_what_can_be_trained_is_accepted(changes: dict[str, Any]) -> None:
    check_combination(with_changes(Config(), changes))
