"""Damaged and hostile files: no traceback, no hang, no code that runs, and no other result without a word."""

import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.faults.hostile.campaign import Campaign, Case, mutated, replaced
from tests.faults.hostile.files import SLOW
from tests.long_campaigns import IS_LONG

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

N_REPLACED, N_MUTATED = 10, 6
"""Cases of the short campaign; the long one has every bad content of every file, and `BLEMORE_CASES` mutations."""

SEED = 17
HARMLESS = ("refused", "same", "noted")


def judged(project: Path, scratch: Path, cases: Sequence[Case]) -> None:
    """Runs the cases, prints how they ended, and fails where one broke a rule."""
    campaign, counts, broken = Campaign(project, scratch), Counter[str](), []
    for case in cases:
        verdict = campaign.judge(case)
        counts[verdict.kind] += 1
        is_told = verdict.kind in HARMLESS or (verdict.kind == "another" and case.guard == "none")
        if not is_told:
            broken.append((verdict.kind, case, verdict.done.stderr[-300:], verdict.done.trace[-1500:]))
    print(dict(counts))  # noqa: T201 (pytest shows it with -s, and where the test fails)
    assert not broken, "\n".join(map(str, broken))


def test_bad_contents(hostile_project: Path, tmp_path: Path) -> None:
    cases = list(replaced(hostile_project, () if IS_LONG else SLOW))
    chosen = cases if IS_LONG else random.Random(SEED).sample(cases, N_REPLACED)  # noqa: S311
    assert len(cases) >= 300
    judged(hostile_project, tmp_path / "scratch", chosen)


def test_mutations(hostile_project: Path, tmp_path: Path) -> None:
    n_cases = int(os.environ.get("BLEMORE_CASES", "5000")) if IS_LONG else N_MUTATED
    cases = list(mutated(hostile_project, n_cases, SEED, () if IS_LONG else SLOW))
    judged(hostile_project, tmp_path / "scratch", cases)
