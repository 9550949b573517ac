"""The fusion rules by their names in the configuration."""

from blemore_cli.core.choices import LatentFusion
from blemore_cli.model.fusion.concat import ConcatFusion
from blemore_cli.model.fusion.rank import RankFusion
from blemore_cli.model.fusion.weighted import WeightedFusion


def build_fusion(fusion: LatentFusion, n_encoders: int, n_kept: int) -> WeightedFusion:
    """Builds a fusion rule with initial weights, which are no draws.

    Args:
        fusion: Its name.
        n_encoders: Number of encoders E.
        n_kept: Most encoders kept for a clip.

    Examples:
        >>> build_fusion("concat", 8, 3).n_places
        3
    """
    if fusion == "rank":
        return RankFusion(n_encoders)
    return ConcatFusion(n_kept) if fusion == "concat" else WeightedFusion()
