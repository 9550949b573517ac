"""Inner trainings of the nested protocol, which choose the epochs and thresholds of a fold model."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.choices import Protocol
from blemore_cli.core.types import Clips, Ints
from blemore_cli.data.splits import Split, inner_splits


@dataclass(frozen=True)
class InnerPart:
    """One training whose predictions help to choose the epochs of a fold model.

    The training that leaves out folds 0 and 1 serves both of them: fold 0's model is chosen by its predictions of
    fold 1, and the other way round. It is made once.

    Attributes:
        name: What it leaves out, as `0+1`.
        train: Rows that it learns from.
        predicted: Rows that it predicts: all that it leaves out.
        judged: Those of them whose labels choose for this fold model.
    """

    name: str
    train: Ints
    predicted: Ints
    judged: Ints


def inner_parts(clips: Clips, split: Split, protocol: Protocol) -> list[InnerPart]:
    """Lists the inner trainings of the model that leaves a fold out.

    Nested: each other fold is left out as well; where there is none, parts of whole actors. Official, as published
    validation figures are made: the scored fold itself is what the model is chosen by.
    """
    left_out = str(split.fold)
    if protocol == "official":
        return [InnerPart(left_out, split.train, split.held_out, split.held_out)]
    parts = inner_splits(clips, split.train)
    if len(np.unique(clips.fold[split.train])) == 1:
        return [InnerPart(f"{left_out}.{part.fold}", part.train, part.held_out, part.held_out) for part in parts]
    return [
        InnerPart(
            "+".join(map(str, sorted((split.fold, part.fold)))),
            part.train,
            np.sort(np.concatenate([split.held_out, part.held_out])),
            part.held_out,
        )
        for part in parts
    ]
