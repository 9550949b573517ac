import math

import numpy as np
import torch

from blemore_cli.data.splits import Split
from blemore_cli.model.network import Architecture
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.threshold import THRESHOLDS, choose_threshold, gains
from blemore_cli.training.seed_stream import SeedStream


def test_gain_is_the_usefulness_beyond_a_half_of_what_is_kept() -> None:
    rng = np.random.default_rng(0)
    scores, useful, present = rng.normal(size=(20, 4)), rng.random((20, 4)), rng.random((20, 4)) < 0.8
    present[:, 0] = True
    found = gains(torch.from_numpy(scores), torch.from_numpy(useful), torch.from_numpy(present))
    for threshold, gain in zip(THRESHOLDS, found.tolist(), strict=True):
        expected = 0.0
        for clip in range(20):
            there = [e for e in range(4) if present[clip, e]]
            kept = [e for e in there if 1 / (1 + math.exp(-scores[clip, e])) >= threshold]
            kept = kept or [max(there, key=lambda e: scores[clip, e])]
            expected += sum(useful[clip, e] - 0.5 for e in kept)
        assert math.isclose(gain, expected, abs_tol=1e-9)


def test_the_threshold_keeps_about_as_many_as_are_useful() -> None:
    rng = np.random.default_rng(0)
    useful = rng.random((400, 4)) < rng.choice([0.25, 0.75], size=(400, 1))
    shifted = 3 * (2.0 * useful[:, :, None] - 1) + rng.normal(size=(400, 4, 5))
    rows = Rows(torch.from_numpy(shifted.reshape(400, 20)).float(), torch.ones(400, 4, dtype=torch.bool))
    parts = [Split(k, np.flatnonzero(np.arange(400) % 4 != k), np.flatnonzero(np.arange(400) % 4 == k)) for k in (0, 1)]
    soft = torch.from_numpy(np.where(useful, 0.9, 0.1)).float()
    architecture = Architecture((5, 5, 5, 5), d_gate=4)
    chosen = [choose_threshold(architecture, rows, soft, parts, SeedStream(0, "1+2")) for _ in range(2)]
    assert chosen[0] == chosen[1]
    assert chosen[0] in THRESHOLDS
    best = gains(torch.from_numpy(np.where(useful, 2.0, -2.0)), soft, rows.present)
    assert best.max() == best[THRESHOLDS.index(chosen[0])]
