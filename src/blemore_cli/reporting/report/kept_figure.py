"""Which encoders are kept, by the emotion set of the clip."""

import numpy as np

from blemore_cli.core.labels import N_SETS, SET_OF_LABEL, SETS
from blemore_cli.core.types import Floats
from blemore_cli.evaluation.kept_shares import kept_shares, mean_by_group
from blemore_cli.experiments.evidence import ModelEvidence
from blemore_cli.reporting.report.figure import PageFigure, share_text
from blemore_cli.reporting.report.heat_map import heat_map

SET_NAMES = tuple("+".join(emotions) for emotions in SETS)
CELL = (40.0, 21.0)


def kept_figure(model: ModelEvidence) -> PageFigure | None:
    """Draws the shares of clips for which an encoder is kept; where all are kept, their mean weights.

    Returns:
        The figure; None for a model of one encoder, which has nothing to choose.
    """
    if len(model.encoders) < 2:
        return None
    keeps_all = bool((model.weights > 0).all())
    group = SET_OF_LABEL[model.clips.label]
    by_set, overall = _shares(model, group, N_SETS), _shares(model, np.zeros_like(group), 1)
    rows = [*SET_NAMES, "all clips"]
    values = np.concatenate([by_set, overall])
    what = "mean fusion weight" if keeps_all else "clips for which an encoder is kept"
    return PageFigure(
        of=model.run,
        heading=model.name,
        svg=heat_map(
            values,
            rows,
            model.encoders,
            cell=CELL,
            label=f"{what}, by emotion set and encoder",
            palest=float(np.nanmin(values)) - 0.05,
        ),
        shows=f"{what[0].upper()}{what[1:]}, in percent, by true emotion set (rows) and encoder (columns), mean over "
        f"{len(model.predicted)} seed{'s' * (len(model.predicted) > 1)}; the darker, the more.",
        says=_conclusion(model, by_set, overall[0], keeps_all),
    )


def _shares(model: ModelEvidence, group: np.ndarray, n_groups: int) -> Floats:
    if (model.weights > 0).all():
        return mean_by_group(model.weights.mean(axis=0), group, n_groups)
    return kept_shares(model.weights, group, n_groups)


def _conclusion(model: ModelEvidence, by_set: Floats, overall: Floats, keeps_all: bool) -> str:
    most, least = int(overall.argmax()), int(overall.argmin())
    even = float(overall.mean())
    verb = "weighs most" if keeps_all else "is kept most"
    start = (
        f"{model.encoders[most]} {verb} ({share_text(overall[most])}), {model.encoders[least]} least "
        f"({share_text(overall[least])}); an even choice would give each {share_text(even)}."
    )
    departures = np.nan_to_num(by_set - overall)
    i, j = np.unravel_index(np.abs(departures).argmax(), departures.shape)
    points = 100 * departures[i, j]
    return (
        f"{start} The set that matters most for the choice is {SET_NAMES[i]}: {model.encoders[j]} has "
        f"{abs(points):.0f} percentage points {'more' if points > 0 else 'less'} there than over all clips."
    )
