"""An ablation or a comparison of baselines, read back from the `metrics.json` of its run."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from blemore_cli.core.errors import ArtefactError
from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.experiments.runs.ablation_result import Ablation, ArmResult
from blemore_cli.experiments.runs.folder import RunFolder

UNKNOWN: float = float("nan")


def read_ablation(run: RunFolder) -> Ablation:
    """What an ablation found, as `Ablation.as_json` wrote it.

    Raises:
        ArtefactError: If `metrics.json` is missing or damaged, or is not that of an ablation.
    """
    content = run.metrics()
    try:
        arms = [ArmResult(name, **_with_interval(arm)) for name, arm in content["arms"].items()]
        tests = [PairedComparison(**_with_interval(test)) for test in content["tests"]]
        rest = {key: content[key] for key in content if key not in ("arms", "tests")}
        return TypeAdapter(Ablation).validate_python({**rest, "arms": arms, "tests": tests})
    except (KeyError, TypeError, AttributeError, ValidationError) as error:
        raise ArtefactError(
            f"{run.path / 'metrics.json'} must be that of an ablation: {str(error).splitlines()[0][:120]}",
            fix=f"Run it again with `blemore {run.kind or 'ablate'} --name {run.name} --resume`.",
        ) from error


def _with_interval(record: Mapping[str, Any]) -> dict[str, Any]:
    """JSON has no NaN: the ends of an interval that does not exist are null there."""
    low, high = record["ci95"] or (None, None)
    return {**record, "ci95": (UNKNOWN if low is None else low, UNKNOWN if high is None else high)}
