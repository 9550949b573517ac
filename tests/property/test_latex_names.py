"""Hostile names in every table that is written as LaTeX: they change nothing but themselves, escaped."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.stress_file import Stress
from blemore_cli.reporting.tables.ablation import ablation_latex
from blemore_cli.reporting.tables.explanation import explanation_latex
from blemore_cli.reporting.tables.latex import escaped
from blemore_cli.reporting.tables.stress import stress_latex

PLAIN = "PLAIN"
HOSTILE_NAMES = (
    r"\input{/etc/passwd}",
    r"\write18{touch x}\immediate",
    r"a&b\\ c_d % e $x^2$ #1 ~ {",
    r"}\end{tabular}\end{table*}\catcode`\%=12 ^^5cinput",
    "[3pt]*---<>|`\"'\n\\par",
)


def texts_of(ablation: Ablation, explanation: dict[str, Any], stress: Stress) -> Callable[[str], list[str]]:
    """The LaTeX of each table, in which a name stands wherever a user or a file may have put one."""
    results = [result.as_json() for result in (ablation, stress)]

    def texts(name: str) -> list[str]:
        arms, failing = json.loads(json.dumps(results))
        _set_arm(arms, "random", name)
        arms |= {"run": name, "failed": {name + "2": f"{name} is no number"}, "conclusion": f"In words {name}"}
        arms["negative_control"] = f"Chance {name}"
        said = explanation | {"run": name, "verdict": f"of {name}", "encoders": [name, "voice", "noise"]}
        said = json.loads(json.dumps(said).replace('"face"', json.dumps(name)))
        failing |= {"run": name, "results": [result | {"arm": name} for result in failing["results"]]}
        return [
            ablation_latex(Ablation.model_validate(arms)),
            explanation_latex(Explanation.model_validate(said)),
            stress_latex(Stress.model_validate(failing)),
        ]

    return texts


def _set_arm(arms: dict[str, Any], old: str, new: str) -> None:
    """Another name of an arm, in its settings and tests too, and of the reference."""
    arms["arms"] = {new if name == old else name: arm for name, arm in arms["arms"].items()}
    arms["arms"][new]["difference"] = {"data.encoders": new}
    arms["tests"] = [test | {"a": new, "note": new, "p_value": None} for test in arms["tests"]]
    arms["arms"][new + "3"] = arms["arms"].pop(arms["reference"])
    arms["reference"] = new + "3"
    arms["tests"] = [test | {"b": new + "3"} for test in arms["tests"]]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_its_own_text_in_every_table(
    written_ablation: Ablation, explanation_content: dict[str, Any], stressed: Stress, name: str
) -> None:
    texts = texts_of(written_ablation, explanation_content, stressed)
    plain, hostile = texts(PLAIN), texts(name)
    assert [text.count(PLAIN) for text in plain] == [8, 2, len(stressed.results)]
    assert hostile == [text.replace(PLAIN, escaped(name)) for text in plain]
