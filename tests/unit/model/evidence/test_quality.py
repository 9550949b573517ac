import math

import torch

from blemore_cli.model.evidence.quality import MOST_DEVIATIONS, quality_features, with_squares


def test_the_distribution_of_several_heads_is_their_geometric_mean() -> None:
    heads = torch.tensor([[[[0.9, 0.1], [0.5, 0.5]]]]).log()  # odds 9 and 1: together 3
    *_, entropy, largest = quality_features(heads, torch.zeros(1, 1, 2))[0, 0].tolist()
    assert math.isclose(largest, 0.75, rel_tol=1e-6)
    assert math.isclose(entropy, -(0.75 * math.log(0.75) + 0.25 * math.log(0.25)), rel_tol=1e-6)


def test_standardised_features_have_squares_and_limits() -> None:
    quality = torch.tensor([[[3.0, 0.0, 100.0]]])
    columns = with_squares(quality, torch.tensor([[1.0, 1.0, 0.0]]), torch.tensor([[2.0, 1.0, 1.0]]))
    assert columns[0, 0].tolist() == [1, -1, MOST_DEVIATIONS, 1, 1, MOST_DEVIATIONS**2]


def test_an_energy_that_is_no_number_is_that_of_a_usual_clip() -> None:
    quality = quality_features(torch.zeros(1, 1, 1, 36).log_softmax(-1), torch.full((1, 1, 2), math.nan))
    assert quality[0, 0, :2].tolist() == [0, 0]
