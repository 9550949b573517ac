"""Explanation of a run: replayed selections of its fold models, and their predictions with other encoders."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from blemore_cli.core.choices import KEEPS_ALL
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.progress import RunningTotal, collect_progress
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.example.project import PLANTED, read_informative
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders, selection_overlap
from blemore_cli.evaluation.gate_quality.deletion_curves import ORDERS, SubsetPredictions
from blemore_cli.evaluation.gate_quality.entropy import gate_entropy
from blemore_cli.evaluation.gate_quality.gate_precision import gate_precision
from blemore_cli.evaluation.gate_quality.gate_sentence import gate_sentence
from blemore_cli.evaluation.gate_quality.selection_shares import (
    by_actor,
    by_kind,
    by_set,
    selection_shares,
    shares_of_groups,
)
from blemore_cli.evaluation.statistics.actor_bootstrap import ScoreDifference, score_difference
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.explaining.clip_agreement import (
    SelectionsOnTestClips,
    fold_stability,
    seed_stability,
    select_for_test_clips,
)
from blemore_cli.experiments.explaining.deletion import cost_curve, deletion_curves_of
from blemore_cli.experiments.explaining.encoder_log_likelihood import encoder_log_likelihood
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.explanation_file import (
    AloneFigures,
    ClipSelections,
    Explanation,
    OracleScore,
    PlantedAgreement,
    SelectionShares,
)
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.model.selection import most_kept
from blemore_cli.training.device import limit_threads

Progress = Callable[[float, int], None]
"""Called with how many times all clips were predicted again, and how many times they will be."""


def explain(
    run: RunFolder, index: Path, *, project: Path | None = None, progress: Progress = lambda *_: None
) -> tuple[Explanation, ClipSelections]:
    """Explains what the gate of a finished run selects, and whether it is right.

    Args:
        run: A run of `blemore train` or `blemore cv`, or an arm of `blemore ablate`.
        index: The index that it was trained on, wherever it is now.
        project: Folder that may hold a planted answer; that of the index if not given.
        progress: Called as the predictions are made.

    Returns:
        The explanation, and its table of the clips.

    Raises:
        UsageError: If the models have no gate.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit.
        DataError: If there is a planted answer that lacks a clip or an encoder.
    """
    config = with_changes(run.config(), {"data.index": index, "runs": run.root})
    limit_threads(config.train.threads)
    table = shared_table(read_index(index), config)
    models = load_models(model_folders(run), table)
    answer = (project or index.parent) / PLANTED
    informative = read_informative(answer, table.clips.filename, table.names) if answer.is_file() else None
    grid, test = out_of_fold(models, table), select_for_test_clips(models, table)
    n_repeats = _n_repeats(grid.available)
    total = RunningTotal(lambda done: progress(done, n_repeats))
    with collect_progress(total.add):
        explained = _explained(run, config, table, grid, test, informative)
    total.report()
    return explained


def _n_repeats(available: Bools) -> int:
    """How often all clips are predicted: as they are, by the oracle, by one, by the n best, with some removed."""
    n_encoders, n_most = available.shape[1], int(available.sum(axis=1).max())
    return int(2 + 2 * n_encoders + len(ORDERS) * (n_most - 1))


def _explained(
    run: RunFolder,
    config: Config,
    table: FeatureTable,
    grid: OutOfFold,
    test: SelectionsOnTestClips,
    informative: Bools | None,
) -> tuple[Explanation, ClipSelections]:
    kept: Bools = grid.on_grid(lambda model, _: model.kept())
    judged = _judged(grid, kept, config)
    whole, usefulness = grid.predicted(kept), encoder_log_likelihood(grid)
    ranking: Floats = grid.on_grid(lambda model, _: model.ranking)
    agreed = gate_precision(grid.clips, judged, ranking, usefulness, grid.available)
    most_useful = best_encoders(usefulness, grid.available, judged.sum(-1))
    oracle = _oracle(grid, kept, whole, usefulness)
    explanation = Explanation(
        run=run.name,
        rule=config.model.selection,
        top_n=config.model.top_n,
        protocol=config.train.protocol,
        standardize=config.train.standardize,
        n_clips=len(grid.clips),
        n_actors=len(np.unique(grid.clips.actor)),
        entropy=_entropy(grid),
        n_kept=float(kept.sum(-1).mean()),
        encoders=table.names,
        gate_view=tuple(config.model.gate_view),
        seeds=grid.seeds,
        selection=_shares(table.names, grid, kept, test),
        stability={"folds": fold_stability(test), "seeds": seed_stability(grid, test)},
        agreement=agreed,
        alone=_alone(table.names, usefulness, most_useful, grid.available),
        deletion=deletion_curves_of(grid, whole),
        cost=cost_curve(grid),
        regret=oracle.difference,
        oracle=OracleScore(score=oracle.a, gate_score=oracle.b, ci95=oracle.ci95),
        verdict=gate_sentence(agreed, int(judged.sum(-1).max()), selector=_selector(config)),
        planted=None if informative is None else _planted(table, grid, judged, most_useful, test, informative),
    )
    return explanation, _clip_selections(grid, judged, usefulness)


def _judged(grid: OutOfFold, kept: Bools, config: Config) -> Bools:
    """(S, N, E) what the gate is judged by: what it keeps, or where all are kept the `top_n` that it ranks first."""
    if config.model.selection not in KEEPS_ALL:
        return kept
    return grid.best(most_kept("learned", grid.available.shape[1], config.model.top_n))


def _selector(config: Config) -> str:
    return "gate" if config.model.selection in ("learned", *KEEPS_ALL) else f"{config.model.selection} selection"


def _entropy(grid: OutOfFold) -> float | None:
    entropy = gate_entropy(grid.on_grid(lambda model, _: model.gate_scores), grid.available)
    return None if np.isnan(entropy).all() else float(np.nanmean(entropy))


def _oracle(grid: OutOfFold, kept: Bools, whole: SubsetPredictions, usefulness: Floats) -> ScoreDifference:
    """Score with the most useful encoders of each clip, as many as are kept, minus that with those kept."""
    known = best_encoders(usefulness, grid.available, kept.sum(-1))
    best = grid.predicted(known)
    return score_difference(grid.clips, best.label, whole.label, generator=numpy_generator(0, "regret"))


def _by_name(names: Sequence[str], values: Floats) -> dict[str, float]:
    return dict(zip(names, values.tolist(), strict=True))


def _shares(names: Sequence[str], grid: OutOfFold, kept: Bools, test: SelectionsOnTestClips) -> SelectionShares:
    sets = by_set(grid.clips)

    def shares_of(groups: Mapping[str, Bools]) -> dict[str, dict[str, float]]:
        shares = shares_of_groups(kept, grid.available, groups)
        return {group: _by_name(names, values) for group, values in shares.items()}

    return SelectionShares(
        all=_by_name(names, selection_shares(kept, grid.available)),
        test=_by_name(names, selection_shares(test.kept, test.available)) if len(test.available) else None,
        by_set=shares_of(sets),
        by_kind=shares_of(by_kind(grid.clips)),
        by_actor=shares_of(by_actor(grid.clips)),
        n_clips={group: int(rows.sum()) for group, rows in sets.items()},
    )


def _alone(names: Sequence[str], usefulness: Floats, most_useful: Bools, available: Bools) -> AloneFigures:
    n_available = len(usefulness) * available.sum(axis=0)
    total = np.where(available, -usefulness, 0.0).sum(axis=(0, 1))
    loss = np.divide(total, n_available, out=np.full(len(n_available), np.nan), where=n_available > 0)
    shares = selection_shares(most_useful, available)
    return AloneFigures(log_loss=_by_name(names, loss), share=_by_name(names, shares))


def _planted(
    table: FeatureTable,
    grid: OutOfFold,
    judged: Bools,
    most_useful: Bools,
    test: SelectionsOnTestClips,
    informative: Bools,
) -> PlantedAgreement:
    answer = informative[np.isin(table.clips.filename, grid.clips.filename)]
    of_test = selection_overlap(test.kept, informative[test.rows]) if len(test.available) else None
    return PlantedAgreement(
        precision=float(selection_overlap(judged, answer).mean()),
        chance=float((answer.sum(-1) / grid.available.sum(-1)).mean()),
        test_precision=None if of_test is None else float(of_test.mean()),
        useful_precision=float(selection_overlap(most_useful, answer).mean()),
    )


def _clip_selections(grid: OutOfFold, judged: Bools, usefulness: Floats) -> ClipSelections:
    n_seeds, n_encoders = len(grid.seeds), judged.shape[-1]
    return ClipSelections(
        filename=np.tile(grid.clips.filename, n_seeds),
        fold=np.tile(grid.clips.fold, n_seeds),
        seed=np.repeat(np.array(grid.seeds), len(grid.clips)),
        selected=judged.reshape(-1, n_encoders),
        usefulness=usefulness.reshape(-1, n_encoders),
        soundness=_soundness(grid),
    )


def _soundness(grid: OutOfFold) -> Floats | None:
    """(S N, E) posterior soundness of the encoders by models that fuse evidence, NaN where absent."""
    if any(model.soundness is None for _, model in grid.replays):
        return None
    soundness: Floats = grid.on_grid(lambda model, _: np.asarray(model.soundness))
    return soundness.reshape(-1, soundness.shape[-1])
