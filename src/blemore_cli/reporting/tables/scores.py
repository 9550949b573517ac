"""Tables of Scores: those of models, and the published ones."""

from typing import Final

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.experiments.runs.metrics import PooledScores
from blemore_cli.reporting.tables.column import Column, Columns, figure, of_part, words
from blemore_cli.reporting.tables.notation import interval_text, spread_text
from blemore_cli.reporting.tables.published import Figures, Published, score_of

EMPTY: Final = "\N{EN DASH}"

POOLED: Final[Columns[PooledScores]] = (
    figure("presence", lambda pooled: pooled.presence),
    figure("salience", lambda pooled: pooled.salience),
    Column("Score", lambda pooled: pooled.score, lambda pooled: spread_text(pooled.score, pooled.std), key="score"),
    Column("score_std", lambda pooled: pooled.std, None),
    Column("95 % CI", None, lambda pooled: interval_text(pooled.ci95)),
    Column("ci95_low", lambda pooled: pooled.ci95[0], None),
    Column("ci95_high", lambda pooled: pooled.ci95[1], None),
)
"""Figures of all out-of-fold predictions."""

MODELS: Final[Columns[LoadedModel]] = (
    words("model, out of fold", lambda model: model.name),
    *of_part(lambda model: model.metrics.oof, POOLED),
    figure("seeds", lambda model: len(model.metrics.seeds), str),
    *of_part(lambda model: model.metrics.averaged, (figure("averaged", lambda mean: mean.score),), empty=EMPTY),
)

_PAIR: Final[Columns[Figures]] = (
    figure("presence", lambda pair: pair[0]),
    figure("salience", lambda pair: pair[1]),
    figure("Score", score_of),
)
PUBLISHED_SYSTEMS: Final[Columns[Published]] = (
    words("published", lambda system: system.system),
    *of_part(lambda system: system.validation, _PAIR, empty=EMPTY, group="validation, optimistic"),
    *of_part(lambda system: system.test, _PAIR, empty=EMPTY, group="test"),
)
