"""The figure of the actors names the ends, and says whether they differ."""

from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.actor_figure import actor_figure


def scores(loaded_model: LoadedModel) -> dict[str, float]:
    by_actor = {name: np.flatnonzero(loaded_model.clips.actor == name) for name in np.unique(loaded_model.clips.actor)}
    label = loaded_model.clips.label
    return {
        str(name): float(np.mean([official_scores(label[own], each[own]).score for each in loaded_model.predicted]))
        for name, own in by_actor.items()
    }


def test_the_caption_names_the_worst_and_the_best(loaded_model: LoadedModel) -> None:
    found, expected = actor_figure(loaded_model), sorted(scores(loaded_model).items(), key=lambda item: item[1])
    (worst, low), (best, high) = expected[0], expected[-1]
    assert f"From {worst} ({low:.3f}) to {best} ({high:.3f})" in found.conclusion
    assert f"{np.std([score for _, score in expected], ddof=1):.3f} (SD)" in found.conclusion
    assert "each of 6 actors" in found.caption
    assert "72 clips each" in found.caption
    assert found.svg.count("<circle") == 6


@pytest.mark.parametrize(("n_wrong", "verdict"), [(0, "no more than chance"), (3, "differ beyond chance")])
def test_the_verdict_follows_the_actors(n_wrong: int, verdict: str, loaded_model: LoadedModel) -> None:
    """Some actors are always taken for neutral."""
    lost = np.isin(loaded_model.clips.actor, [f"A{i}" for i in range(n_wrong)])
    assert (
        verdict in actor_figure(replace(loaded_model, predicted=np.where(lost, 5, loaded_model.predicted))).conclusion
    )


def test_an_actor_without_a_name_is_called_unknown(loaded_model: LoadedModel) -> None:
    unidentified = replace(
        loaded_model.clips, actor=np.where(loaded_model.clips.actor == "A0", "", loaded_model.clips.actor)
    )
    assert ">unknown</text>" in actor_figure(replace(loaded_model, clips=unidentified)).svg
