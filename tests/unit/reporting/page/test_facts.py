"""What was run, and what its reader must be warned of."""

from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.loaded_run import LoadedRun
from blemore_cli.experiments.runs.metrics import Execution
from blemore_cli.reporting.page.facts import caveats, run_facts


def changed(written_run: LoadedRun, config: dict[str, Any] | None = None, **metrics: Any) -> LoadedRun:
    loaded_model = written_run.main
    found = replace(loaded_model, metrics=loaded_model.metrics.model_copy(update=metrics))
    return replace(
        written_run,
        models=(replace(found, config=with_changes(loaded_model.config, config or {})), *written_run.models[1:]),
    )


def test_facts_are_those_of_the_run(loaded_run: LoadedRun, loaded_arms: LoadedRun, written_index: Index) -> None:
    one, both = run_facts(loaded_run), run_facts(loaded_arms)
    assert list(one.facts) == list(both.facts)
    assert (one.name, one.facts["command"], both.facts["command"]) == ("one", "blemore train", "blemore ablate")
    assert (one.facts["models"], both.facts["models"]) == ("one", "learned, random")
    assert one.facts["clips"] == "432 of 6 actors, out of fold"
    assert one.facts["encoders"] == "3: face, voice, noise"
    assert one.facts["index sha256"] == written_index.sha256
    assert "selection: learned" in one.config


@pytest.mark.parametrize(
    ("execution", "text"),
    [
        (None, "not recorded"),
        (Execution(slots=1, threads=1), "stacks planned for 1 process, 1 thread each"),
        (Execution(slots=8, threads=2), "stacks planned for 8 processes, 2 threads each"),
    ],
)
def test_what_shaped_the_stacks_is_a_fact(execution: Execution | None, text: str, loaded_run: LoadedRun) -> None:
    assert run_facts(changed(loaded_run, execution=execution)).facts["execution"] == text


@pytest.mark.parametrize(
    ("seeds", "text"), [([3], "1: 3"), ([0, 1], "2: 0, 1"), ([0, 1, 2, 3], "4: 0 to 3"), ([0, 2, 5], "3: 0, 2, 5")]
)
def test_seeds_in_a_row_are_a_range(seeds: list[int], text: str, loaded_run: LoadedRun) -> None:
    assert run_facts(changed(loaded_run, seeds=seeds)).facts["seeds"] == text


def test_every_setting_that_weakens_a_figure_is_said(loaded_run: LoadedRun, written_index: Index) -> None:
    plain = changed(loaded_run, {"train.standardize": "global"})
    [always] = caveats([plain], written_index.sha256)
    assert "optimistic" in always
    for words, weak in {
        "official protocol": changed(plain, protocol="official"),
        "One seed only": changed(plain, seeds=[0]),
        "index has changed": changed(plain, index_sha256="1" * 64),
        "adapted to its unlabelled clips": loaded_run,
        "Transductive": changed(loaded_run, {"train.standardize": "person"}),
    }.items():
        said = caveats([weak], written_index.sha256)
        assert len(said) == 2
        assert words in said[0]
        assert said[1] == always


def test_what_encoders_were_not_used_for_is_a_caveat(
    loaded_run: LoadedRun, loaded_arms: LoadedRun, written_index: Index
) -> None:
    gaps = ("encoder face is not used: no training clip has it",)
    said = caveats([changed(loaded_run, gaps=gaps), changed(loaded_arms, gaps=gaps)], written_index.sha256)
    assert f"Encoder face is not used: no training clip has it ({loaded_run.run.name}, arms)." in said


def test_a_caveat_names_its_runs(loaded_run: LoadedRun, loaded_arms: LoadedRun, written_index: Index) -> None:
    said = caveats([loaded_run, changed(loaded_arms, protocol="official")], written_index.sha256)
    assert said[0].endswith("(arms).")
