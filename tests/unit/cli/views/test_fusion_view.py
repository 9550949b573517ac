"""What the terminal shows of a late fusion, at 80 columns."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from blemore_cli.cli.views.fusion_view import fusion_views
from blemore_cli.evaluation.late_fusion import Gain, LateFusion
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.evaluation.scoring.metrics import Scores
from blemore_cli.experiments.inference.submission import Submission
from blemore_cli.experiments.inference.transduction import Transduction


@pytest.fixture
def submission() -> Submission:
    fusion = LateFusion(
        weights={"cv-001": 0.7, "train-002": 0.3},
        oof=Scores(presence=0.33, salience=0.127, score=0.2284),
        alone={"cv-001": 0.2241, "train-002": 0.2104},
        gain=Gain("cv-001", 0.0044, (-0.0101, 0.0188)),
        gain_over_equal=Gain("equal weights", -0.0011, (-0.004, 0.002)),
        decoder=Decoder("expected_score", 0.55, 0.1, 0.1),
    )
    settings: Transduction = {"standardize": "global", "match_prior": "none", "transductive": False}
    return Submission("cv-001 + train-002", {"clip": 0}, "nested", settings, fusion)


def shown(submission: Submission) -> str:
    file = io.StringIO()
    for view in fusion_views(submission):
        Console(width=80, highlight=False, file=file).print(view)
    return file.getvalue()


def test_weights_scores_and_gains_are_shown(submission: Submission) -> None:
    lines = [" ".join(line.split()) for line in shown(submission).splitlines()]
    assert "cv-001 0.70 0.224" in lines
    assert "train-002 0.30 0.210" in lines
    assert "fusion, weights from the other folds 0.228" in lines
    assert "cv-001, the best run alone +0.004 -0.010 to 0.019" in lines
    assert "equal weights -0.001 -0.004 to 0.002" in lines


def test_every_table_fits_and_says_what_the_figures_are(submission: Submission) -> None:
    settings: Transduction = {"standardize": "person", "match_prior": "person", "transductive": True}
    text = shown(replace(submission, protocol="official", transduction=settings))
    assert max(map(len, text.splitlines())) <= 80
    assert "optimistic" in text
    assert "transductive: features standardised within each person" in text
    assert "transductive: label shares matched to the design within each person" in text
    assert "transductive" not in shown(submission)


def test_a_single_run_has_no_fusion(submission: Submission) -> None:
    assert shown(replace(submission, fusion=None)) == ""
