"""Selection of encoders by emotion set: data and conclusion of a figure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.gate_quality.selection_shares import by_set, selection_shares
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.tables.notation import share_text

ALL: Final = "all"


@dataclass(frozen=True)
class SelectionTable:
    """How much each of E encoders is used for each of G groups of clips: all clips, then the emotion sets that occur.

    Attributes:
        encoders: Names of the encoders.
        groups: Names of the groups.
        n_clips: Clips of each group.
        values: (G, E) in [0, 1], NaN where no clip of the group has the encoder: the share of the clips for which it is
            kept, or its mean fusion weight.
        is_weight: Whether they are mean fusion weights, as for models that keep every encoder.
    """

    encoders: tuple[str, ...]
    groups: tuple[str, ...]
    n_clips: tuple[int, ...]
    values: Floats
    is_weight: bool

    @property
    def rows(self) -> list[str]:
        """The groups with their numbers of clips."""
        return [f"{name} ({n})" for name, n in zip(self.groups, self.n_clips, strict=True)]


def explained_selection(explanation: Explanation) -> SelectionTable:
    """The shares that `blemore explain` computed."""
    shares = {ALL: explanation.selection.all, **explanation.selection.by_set}
    return SelectionTable(
        encoders=explanation.encoders,
        groups=tuple(shares),
        n_clips=tuple(explanation.selection.n_clips.get(name, explanation.n_clips) for name in shares),
        values=np.array([[by_encoder[name] for name in explanation.encoders] for by_encoder in shares.values()]),
        is_weight=False,
    )


def model_selection(model: LoadedModel) -> SelectionTable:
    """The shares of a model out of fold, or its mean weights if it keeps every encoder."""
    is_weight = bool((model.weights > 0).all())
    groups = {ALL: np.ones(len(model.clips), dtype=bool), **by_set(model.clips)}
    values = [
        model.weights[:, rows].mean(axis=(0, 1))
        if is_weight
        else selection_shares(model.weights[:, rows] > 0, model.present[rows])
        for rows in groups.values()
    ]
    n_clips = tuple(int(rows.sum()) for rows in groups.values())
    return SelectionTable(model.encoders, tuple(groups), n_clips, np.stack(values), is_weight)


def selection_conclusion(table: SelectionTable) -> str:
    """Which encoders are used most and least, and for which emotion set the selection departs most from that."""
    overall = np.nan_to_num(table.values[0])
    most, least = int(overall.argmax()), int(overall.argmin())
    start = (
        f"{table.encoders[most]} {'weighs most' if table.is_weight else 'is kept most'} ({share_text(overall[most])}), "
        f"{table.encoders[least]} least ({share_text(overall[least])}); an even choice would give each "
        f"{share_text(float(overall.mean()))}."
    )
    departures = np.nan_to_num(table.values[1:] - overall)
    i, j = np.unravel_index(np.abs(departures).argmax(), departures.shape)
    points = 100 * departures[i, j]
    return (
        f"{start} The set that matters most for the choice is {table.groups[i + 1]}: {table.encoders[j]} has "
        f"{abs(points):.0f} percentage points {'more' if points > 0 else 'less'} there than over all clips."
    )
