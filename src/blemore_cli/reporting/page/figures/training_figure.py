"""Figure of training and held-out loss by epoch, with the number of epochs chosen."""

from math import log

import numpy as np
import pandas as pd

from blemore_cli.core.labels import N_LABELS
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.experiments.runs.tables import Records
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing, Point

WIDTH, HEIGHT = 520.0, 300.0


def training_figure(model: LoadedModel) -> PageFigure | None:
    """Draws mean training and held-out loss; None where no held-out loss was recorded."""
    curves = training_curves(model.log)
    if curves is None:
        return None
    chosen = [n for fold in model.metrics.folds for n in fold.n_epochs if n]
    return PageFigure(
        svg=_drawn(curves, chosen).svg(),
        caption=f"Loss a clip (nats; guessing evenly among the {N_LABELS} labels costs {log(N_LABELS):.2f}) after "
        f"each epoch, mean of {curves['n'].max()} inner trainings. Dashed: training rows, with dropout; solid: rows "
        "left out, with the band that holds 80 % of the trainings. Dotted: median number of epochs chosen.",
        conclusion=_conclusion(curves, chosen),
    )


def training_curves(log_records: Records) -> pd.DataFrame | None:
    """Losses in nats of the trainings that have a held-out loss, by epoch.

    Returns:
        Means of the training loss `train` and the held-out loss `held_out`, its quantiles `low` and `high` (10 % and
        90 %), and the number of trainings `n`; the index is the epoch, from 1. None where there is no held-out loss.

    Examples:
        >>> record = {"seed": 0, "stage": "inner 0+1", "epoch": 1, "loss": 3.0, "held_out_loss": 2.5}
        >>> training_curves([record, {**record, "epoch": 2, "held_out_loss": 2.0}])["held_out"].tolist()
        [2.5, 2.0]
    """
    watched = pd.DataFrame([record for record in log_records if "held_out_loss" in record])
    if watched.empty:
        return None
    by_epoch = watched.groupby("epoch")
    held_out = by_epoch["held_out_loss"]
    curves = {"train": by_epoch["loss"].mean(), "held_out": held_out.mean()}
    curves |= {"low": held_out.quantile(0.1), "high": held_out.quantile(0.9)}
    return pd.DataFrame(curves).assign(n=len(watched[["seed", "stage"]].drop_duplicates()))


def _drawn(curves: pd.DataFrame, chosen: list[int]) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Training and held-out loss by epoch")
    first, last = curves.index[0], curves.index[-1]
    frame = framed(
        drawing,
        (min(1, first) - 0.2, max(2, last) + 0.2),
        spanning(curves[["train", "low", "high"]].to_numpy().ravel()),
    )
    draw_axes(frame, "epoch", "loss (nats)")
    names = ("train", "held_out", "low", "high")
    places = {name: [frame.at(*point) for point in zip(curves.index, curves[name], strict=True)] for name in names}
    drawing.area([*places["high"], *reversed(places["low"])], "band")
    if chosen:
        epoch = frame.x(float(np.median(chosen)))
        drawing.line((epoch, frame.y.start), (epoch, frame.y.end), "rule")
    drawing.curve(places["train"], "curve-b")
    drawing.curve(places["held_out"], "curve-a")
    _name_curves(drawing, places["train"], places["held_out"])
    return drawing


def _name_curves(drawing: Drawing, train: list[Point], held_out: list[Point]) -> None:
    """Names along the second half, the higher curve's above it and the lower one's below."""
    at = len(train) * 6 // 10
    for (x, y), (_, opposite), name in ((train[at], held_out[at], "training"), (held_out[at], train[at], "left out")):
        drawing.text((x, y - 7 if y <= opposite else y + 16), name, css="tick")


def _conclusion(curves: pd.DataFrame, chosen: list[int]) -> str:
    held_out = curves["held_out"]
    best, rise = held_out.idxmin(), float(held_out.iloc[-1] - held_out.min())
    end = (
        f"afterwards it rises by {rise:.3f} up to epoch {curves.index[-1]}: longer training overfits"
        if rise > 0.01
        else f"and stays within {max(rise, 0.0):.3f} of it to the end: the number of epochs hardly matters"
    )
    used = f" Chosen were {min(chosen)} to {max(chosen)} epochs, median {np.median(chosen):g}." if chosen else ""
    return f"The held-out loss is lowest after epoch {best} ({held_out.min():.3f} nats), {end}.{used}"
