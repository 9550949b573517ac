"""What was run, and what its reader must be warned of."""

from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.core.config_file import with_changes
from blemore_cli.data.index_file import Index
from blemore_cli.experiments.evidence import RunEvidence
from blemore_cli.reporting.report.facts import caveats, run_facts


def changed(run: RunEvidence, config: dict[str, Any] | None = None, **metrics: Any) -> RunEvidence:
    model = run.main
    found = replace(model, metrics=model.metrics.model_copy(update=metrics))
    return replace(run, models=(replace(found, config=with_changes(model.config, config or {})), *run.models[1:]))


def test_facts_are_those_of_the_run(evidence: RunEvidence, arms: RunEvidence, index: Index) -> None:
    one, both = run_facts(evidence), run_facts(arms)
    assert list(one.facts) == list(both.facts)
    assert (one.name, one.facts["command"], both.facts["command"]) == ("one", "blemore train", "blemore ablate")
    assert (one.facts["models"], both.facts["models"]) == ("one", "learned, random")
    assert one.facts["clips"] == "432 of 6 actors, out of fold"
    assert one.facts["encoders"] == "3: face, voice, noise"
    assert one.facts["index sha256"] == index.sha256
    assert "selection: learned" in one.config


@pytest.mark.parametrize(
    ("seeds", "text"), [([3], "1: 3"), ([0, 1], "2: 0, 1"), ([0, 1, 2, 3], "4: 0 to 3"), ([0, 2, 5], "3: 0, 2, 5")]
)
def test_seeds_in_a_row_are_a_range(seeds: list[int], text: str, evidence: RunEvidence) -> None:
    assert run_facts(changed(evidence, seeds=seeds)).facts["seeds"] == text


def test_every_setting_that_weakens_a_figure_is_said(evidence: RunEvidence, index: Index) -> None:
    plain = changed(evidence, {"train.standardize": "global"})
    [always] = caveats([plain], index.sha256)
    assert "optimistic" in always
    for words, weak in {
        "official protocol": changed(plain, protocol="official"),
        "One seed only": changed(plain, seeds=[0]),
        "index has changed": changed(plain, index_sha256="1" * 64),
        "adapted to its unlabelled clips": evidence,
        "Transductive": changed(evidence, {"train.standardize": "person"}),
    }.items():
        said = caveats([weak], index.sha256)
        assert len(said) == 2
        assert words in said[0]
        assert said[1] == always


def test_a_caveat_names_its_runs(evidence: RunEvidence, arms: RunEvidence, index: Index) -> None:
    said = caveats([evidence, changed(arms, protocol="official")], index.sha256)
    assert said[0].endswith("(arms).")
