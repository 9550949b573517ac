import pytest
import torch

from blemore_cli.model.evidence.neighbours import NeighbourCompetence, Profiles, mean_where, profile_distance


def profiles(n: int, seed: int = 0, n_groups: int = 0) -> Profiles:
    generator = torch.Generator().manual_seed(seed)
    prob = torch.randn(n, 3, 5, generator=generator).softmax(-1)
    present = torch.rand(n, 3, generator=generator) < 0.8
    return Profiles(prob, present, torch.arange(n) % n_groups if n_groups else None)


def competence(n: int = 30, n_neighbours: int = 4) -> NeighbourCompetence:
    module, known = NeighbourCompetence(3, 5), profiles(n)
    module.remember(known, -torch.rand(n, 3, generator=torch.Generator().manual_seed(2)).double())
    module.n_neighbours = torch.tensor([n_neighbours])
    return module


def test_distances_are_means_over_the_encoders_of_both() -> None:
    left, right = profiles(6), profiles(9, seed=1)
    found = profile_distance(left, right)
    for i in range(6):
        for j in range(9):
            both = left.present[i] & right.present[j]
            squares = (left.prob[i] - right.prob[j]).square().sum(-1)[both]
            expected = squares.mean() if both.any() else torch.tensor(torch.inf)
            torch.testing.assert_close(found[i, j], expected.double(), atol=1e-6, rtol=1e-6)


def test_competence_is_the_mean_log_likelihood_of_the_nearest() -> None:
    module, clips = competence(), profiles(7, seed=3)
    distance = profile_distance(clips, Profiles(module.prob, module.present))
    found = module(clips).sigmoid().log()
    for i in range(7):
        nearest = distance[i].argsort()[:4]
        for e in range(3):
            rows = nearest[module.present[nearest, e]]
            rows = rows if len(rows) else module.present[:, e].nonzero().squeeze(-1)
            torch.testing.assert_close(found[i, e], module.log_likelihood[rows, e].mean())


def test_clips_of_the_same_group_are_no_neighbours() -> None:
    clips, module = profiles(30, n_groups=6), competence()
    before = module(clips, 4, clips.group)
    module.log_likelihood[clips.group == 2] = -9.0
    after = module(clips, 4, clips.group)
    assert torch.equal(before[clips.group == 2], after[clips.group == 2])
    assert not torch.equal(before, after)


def test_more_neighbours_than_clips_and_a_clip_without_encoders_get_the_mean_of_all() -> None:
    module = competence()
    counts = module.present.double()
    mean = mean_where(module.log_likelihood, counts, torch.zeros(()))
    away = profiles(2)._replace(present=torch.zeros(2, 3, dtype=torch.bool))
    torch.testing.assert_close(module(away).sigmoid().log(), mean.expand(2, 3).double())
    everywhere = profiles(2)._replace(present=torch.ones(2, 3, dtype=torch.bool))
    shares_one = module.present.any(-1, keepdim=True)
    expected = mean_where(module.log_likelihood, counts * shares_one, torch.zeros(()))
    torch.testing.assert_close(module(everywhere, 1000).sigmoid().log(), expected.expand(2, 3))


def test_before_the_fit_all_are_alike() -> None:
    assert not NeighbourCompetence(3, 5)(profiles(4)).any()


@pytest.mark.parametrize("n", [0, 30])
def test_a_file_brings_as_many_clips_as_it_has(n: int) -> None:
    module = competence(n) if n else NeighbourCompetence(3, 5)
    other = NeighbourCompetence(3, 5)
    other.load_state_dict(module.state_dict())
    assert torch.equal(other(profiles(4)), module(profiles(4)))
    assert len(other.prob) == n


def test_a_file_of_other_encoders_is_refused() -> None:
    with pytest.raises(RuntimeError, match="size mismatch"):
        NeighbourCompetence(2, 5).load_state_dict(competence().state_dict())
