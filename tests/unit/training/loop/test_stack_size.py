from typing import Any, get_args

import pytest

from blemore_cli.core.choices import Family
from blemore_cli.core.config.schema import Config, ModelConfig
from blemore_cli.training.loop.stack_size import MOST, stack_limit
from blemore_cli.training.stacking.flat_weights import MOST_WEIGHTS


def limit(widths: list[int], **model: Any) -> int:
    return stack_limit(Config(model=ModelConfig(**model)), widths)


@pytest.mark.parametrize("family", get_args(Family))
def test_between_one_and_most_and_falling_with_the_width(family: Family) -> None:
    limits = [limit([width] * 8, family=family) for width in (1, 50, 200, 1000, 5000, 10**6)]
    assert limits == sorted(limits, reverse=True)
    assert limits[0] == MOST
    assert limits[-1] == 1


def test_the_weights_of_a_stack_stay_below_the_limit() -> None:
    for width in (100, 300, 900):
        n_models = limit([width] * 10, d_latent=32, d_gate=16)
        assert 1 < n_models <= MOST
        assert n_models * width * 10 * 48 <= MOST_WEIGHTS
        assert n_models == MOST or (n_models + 1) * width * 10 * 48 > MOST_WEIGHTS


def test_wider_layers_stack_less() -> None:
    widths = [500] * 4
    assert limit(widths, d_latent=256) < limit(widths, d_latent=64)
    assert limit(widths, family="mlp512") < limit(widths, family="mlp256") < limit(widths, family="linear")


def test_reduced_encoders_count_by_what_is_left_of_them() -> None:
    assert limit([7168] * 12) == 1
    assert limit([7168] * 12, reduce="pca:64") == limit([64] * 12) > 1
    assert limit([50, 7168], reduce="pca:300") == limit([50, 300])
