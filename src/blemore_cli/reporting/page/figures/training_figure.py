"""Figure of training and held-out loss by epoch, with the number of epochs chosen."""

from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.experiments.runs.tables import Records
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure, figure_of
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing

WIDTH, HEIGHT = 520.0, 300.0
BAND = (0.1, 0.9)


@dataclass(frozen=True)
class Curves:
    """Losses in nats of the inner trainings, by epoch.

    Attributes:
        epoch: (T,) epochs, from 1.
        train: (T,) mean training loss.
        held_out: (T,) mean loss of the rows left out.
        low: (T,) 10 % quantile of the latter over trainings.
        high: (T,) 90 % quantile.
        n_trainings: Number of trainings.
    """

    epoch: Ints
    train: Floats
    held_out: Floats
    low: Floats
    high: Floats
    n_trainings: int


def training_figure(model: LoadedModel) -> PageFigure | None:
    """Draws mean training and held-out loss; None where no held-out loss was recorded."""
    curves = training_curves(model.log)
    if curves is None:
        return None
    chosen = [n for fold in model.metrics.folds for n in fold.n_epochs if n]
    return figure_of(
        model,
        svg=_drawn(curves, chosen).svg(),
        caption=f"Loss a clip (nats; guessing evenly among the {N_LABELS} labels costs {log(N_LABELS):.2f}) after "
        f"each epoch, mean of {curves.n_trainings} inner trainings. Dashed: training rows, with dropout; solid: rows "
        "left out, with the band that holds 80 % of the trainings. Dotted: median number of epochs chosen.",
        conclusion=_conclusion(curves, chosen),
    )


def training_curves(log_records: Records) -> Curves | None:
    """Losses by epoch over all trainings that have a held-out loss.

    Examples:
        >>> record = {"seed": 0, "stage": "inner 0+1", "epoch": 1, "loss": 3.0, "held_out_loss": 2.5}
        >>> training_curves([record, {**record, "epoch": 2, "held_out_loss": 2.0}]).held_out.tolist()
        [2.5, 2.0]
    """
    watched = pd.DataFrame([record for record in log_records if "held_out_loss" in record])
    if watched.empty:
        return None
    by_epoch = watched.groupby("epoch")
    held_out = by_epoch["held_out_loss"]
    low, high = (held_out.quantile(share).to_numpy() for share in BAND)
    return Curves(
        epoch=held_out.mean().index.to_numpy(),
        train=by_epoch["loss"].mean().to_numpy(),
        held_out=held_out.mean().to_numpy(),
        low=low,
        high=high,
        n_trainings=len(watched[["seed", "stage"]].drop_duplicates()),
    )


def _drawn(curves: Curves, chosen: list[int]) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Training and held-out loss by epoch")
    ends = [*curves.train, *curves.low, *curves.high]
    frame = framed(drawing, (min(1, curves.epoch[0]) - 0.2, max(2, curves.epoch[-1]) + 0.2), spanning(ends))
    draw_axes(frame, "epoch", "loss (nats)")
    forth, back = zip(curves.epoch, curves.high, strict=True), zip(curves.epoch[::-1], curves.low[::-1], strict=True)
    drawing.area([frame.at(*each) for each in (*forth, *back)], "band")
    if chosen:
        _draw_chosen(frame, float(np.median(chosen)))
    drawing.curve([frame.at(*each) for each in zip(curves.epoch, curves.train, strict=True)], "curve-b")
    drawing.curve([frame.at(*each) for each in zip(curves.epoch, curves.held_out, strict=True)], "curve-a")
    _name_curves(frame, curves)
    return drawing


def _draw_chosen(frame: Frame, epoch: float) -> None:
    frame.drawing.line((frame.x(epoch), frame.y.start), (frame.x(epoch), frame.y.end), "rule")


def _name_curves(frame: Frame, curves: Curves) -> None:
    """Names along the second half, the higher curve's above it and the lower one's below."""
    for values, opposite, name in (
        (curves.train, curves.held_out, "training"),
        (curves.held_out, curves.train, "left out"),
    ):
        at = len(values) * 6 // 10
        x, y = frame.at(curves.epoch[at], values[at])
        frame.drawing.text((x, y - 7 if values[at] >= opposite[at] else y + 16), name, css="tick")


def _conclusion(curves: Curves, chosen: list[int]) -> str:
    best = int(curves.held_out.argmin())
    last = float(curves.held_out[-1] - curves.held_out[best])
    end = (
        f"afterwards it rises by {last:.3f} up to epoch {curves.epoch[-1]}: longer training overfits"
        if last > 0.01
        else f"and stays within {max(last, 0.0):.3f} of it to the end: the number of epochs hardly matters"
    )
    used = f" Chosen were {min(chosen)} to {max(chosen)} epochs, median {np.median(chosen):g}." if chosen else ""
    return (
        f"The held-out loss is lowest after epoch {curves.epoch[best]} ({curves.held_out[best]:.3f} nats), {end}.{used}"
    )
