import json
from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.experiments.runs.explanation_result import Explanation, Shares

KEYS = {"run", "encoders", "top_n", "selection", "entropy", "n_kept", "stability", "agreement", "faithfulness"}
KEYS |= {"compute", "regret", "verdict", "planted"}


def test_the_json_has_the_keys_of_the_report(explained: Explanation) -> None:
    content = explained.as_json()
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content.keys() >= KEYS
    assert content["selection"].keys() >= {"all", "by_set", "by_kind", "by_actor"}
    assert content["selection"]["by_kind"]["blend"].keys() == {"face", "voice", "noise"}
    assert len(content["selection"]["by_actor"]) == 15
    assert content["agreement"].keys() >= {"precision", "ci95", "chance", "p_value", "rank_correlation"}
    curves = content["faithfulness"]
    assert curves.keys() >= {"n_removed", "top_first", "bottom_first", "random", "area", "log_loss"}
    assert len(curves["n_removed"]) == len(curves["top_first"]) == len(curves["log_loss"]["random"]) == 3
    assert content["compute"].keys() == {"n", "score", "n_computed"}
    assert content["regret"] == pytest.approx(content["oracle"]["score"] - content["oracle"]["gate_score"])
    assert (content["planted"], content["rule"]) == (None, "learned")


def test_what_does_not_exist_is_null(explained: Explanation) -> None:
    nothing = np.full(3, np.nan)
    bare = replace(explained, selection=Shares(nothing, None, {}, {}, {}, {}), faithfulness=None, entropy=None)
    content = bare.as_json()
    assert content["selection"]["all"] == {"face": None, "voice": None, "noise": None}
    assert (content["selection"]["test"], content["faithfulness"], content["entropy"]) == (None, None, None)
