"""What `blemore explain` found about a run, read back as far as it is there and understood."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from blemore_cli.core.errors import ArtefactError

EXPLANATION: Final = Path("explain") / "explain.json"
Curve = Annotated[list[float], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Curves(_Part):
    @model_validator(mode="after")
    def _equally_long(self) -> Self:
        if len({len(each) for each in vars(self).values() if isinstance(each, list)}) > 1:
            raise ValueError("curves must be equally long")
        return self


class Agreement(_Part):
    """How far the selected encoders are those that were most useful for the clip."""

    precision: float
    chance: float
    ci95: tuple[float, float] | None = None
    p_value: float | None = None
    by_others: float | None = None


class Planted(_Part):
    """How far the selected encoders are those that carry the label, where data are planted."""

    precision: float
    chance: float
    test_precision: float | None = None


class Deletion(_Curves):
    """Score after removing encoders one by one: the gate's favourites first, last, or in random order."""

    n_removed: Annotated[list[int], Field(min_length=1)]
    top_first: Curve
    bottom_first: Curve
    random: Curve
    area_ci95: tuple[float, float] | None = None


class Cost(_Curves):
    """Score with the best 1, 2, ... encoders of each clip, and how many must be extracted to know them."""

    n: Annotated[list[int], Field(min_length=1)]
    score: Curve
    n_computed: Curve


@dataclass(frozen=True)
class Explanation:
    """The parts of `explain.json` that a report shows.

    Attributes:
        verdict: One sentence; empty where there is none.
        agreement: Agreement with usefulness, if understood.
        deletion: Curves of deletion, if understood.
        cost: Score against the number kept, if understood.
        planted: Agreement with the planted answer, if there is one.
    """

    verdict: str
    agreement: Agreement | None
    deletion: Deletion | None
    cost: Cost | None
    planted: Planted | None


Part = TypeVar("Part", bound=_Part)


def read_explanation(run: Path) -> Explanation | None:
    """Reads `explain/explain.json` of a run folder; a part of another shape than expected is left out.

    Args:
        run: Folder of the run.

    Returns:
        What is there, or None where nothing was explained.

    Raises:
        ArtefactError: If the file is not a JSON object.
    """
    path = run / EXPLANATION
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(content, dict):
        raise _damaged(path, "it must hold an object")
    verdict = content.get("verdict")
    return Explanation(
        verdict=verdict if isinstance(verdict, str) else "",
        agreement=_part(Agreement, content.get("agreement")),
        deletion=_part(Deletion, content.get("faithfulness")),
        cost=_part(Cost, content.get("compute")),
        planted=_part(Planted, content.get("planted")),
    )


def _part(kind: type[Part], content: Any) -> Part | None:
    try:
        return kind.model_validate(content)
    except ValidationError:
        return None


def _damaged(path: Path, problem: str) -> ArtefactError:
    return ArtefactError(f"{path} must be JSON of `blemore explain`: {problem}", fix="Run `blemore explain` again.")
