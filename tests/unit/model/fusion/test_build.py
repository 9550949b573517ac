from typing import get_args

import pytest
import torch

from blemore_cli.core.choices import LatentFusion
from blemore_cli.model.fusion.build import build_fusion
from blemore_cli.model.fusion.concat import ConcatFusion
from blemore_cli.model.fusion.rank import RankFusion
from blemore_cli.model.fusion.weighted import WeightedFusion


@pytest.mark.parametrize("fusion", get_args(LatentFusion))
def test_every_name_gives_its_width(fusion: LatentFusion) -> None:
    rule = build_fusion(fusion, 5, 2)
    assert rule(torch.randn(4, 5, 3), torch.rand(4, 5)).shape == (4, rule.n_places * 3)
    assert rule.n_places == (2 if fusion == "concat" else 1)


def test_names_are_those_of_the_rules() -> None:
    kinds = {fusion: type(build_fusion(fusion, 5, 2)) for fusion in get_args(LatentFusion)}
    assert kinds == {"weighted": WeightedFusion, "rank": RankFusion, "concat": ConcatFusion}


def test_the_default_has_nothing_to_save() -> None:
    assert not build_fusion("weighted", 5, 2).state_dict()
