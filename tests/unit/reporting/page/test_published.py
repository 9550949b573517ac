"""The published numbers, against the challenge's table."""

import pytest

from blemore_cli.reporting.page.published import CAVEAT, PUBLISHED, score_of

TABLE = """
| always the most frequent single / blend | 0.078 / 0.035 | 0.074 / 0.036 |
| ImageBind, MLP-512 | 0.290 / 0.130 | - |
| WavLM, MLP-512 | 0.265 / 0.121 | 0.311 / 0.084 |
| ImageBind + WavLM, early fusion | 0.345 / 0.170 | 0.327 / 0.114 |
| VideoMAEv2 + HuBERT, early fusion | - | 0.332 / 0.114 |
| 6th place, 12-encoder late fusion | - | 0.391 / 0.168 |
"""


def figures(text: str) -> tuple[float, ...] | None:
    return None if text == "-" else tuple(map(float, text.split(" / ")))


def test_they_are_those_of_the_challenge() -> None:
    rows = [line.strip("| ").split(" | ") for line in TABLE.strip().splitlines()]
    assert [(each.validation, each.test) for each in PUBLISHED] == [
        (figures(validation), figures(test)) for _, validation, test in rows
    ]
    words = [set(name.replace("12-encoder late fusion", "late fusion").split()) for name, *_ in rows]
    assert all(own - {"always", "the"} <= set(each.system.split()) for own, each in zip(words, PUBLISHED, strict=True))


def test_a_score_is_the_mean_of_both() -> None:
    assert score_of((0.345, 0.17)) == pytest.approx(0.2575)
    assert score_of(None) is None
    assert "optimistic" in CAVEAT
