"""Explaining a run: its models are asked again what they keep, and what they would say with other encoders."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.progress import RunningTotal, collect_progress
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.example.answer import PLANTED, read_informative
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
from blemore_cli.evaluation.statistics.score_difference import ScoreDifference, score_difference
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.explaining.deletion import cost_curve, deletion_curves_of
from blemore_cli.experiments.explaining.encoder_log_likelihood import encoder_log_likelihood
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.experiments.explaining.test_clip_agreement import (
    SameClips,
    fold_stability,
    same_test_clips,
    seed_stability,
)
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.explanation_result import Alone, ClipPicks, Explanation, PlantedAgreement, Shares
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.model.selection import KEEPS_ALL, most_kept
from blemore_cli.training.device import limit_threads

Progress = Callable[[float, int], None]
"""Called with how many times all clips were predicted again, and how many times they will be."""


def explain(
    run: RunFolder, index: Path, *, project: Path | None = None, progress: Progress = lambda *_: None
) -> Explanation:
    """Explains what the gate of a finished run selects, and whether it is right.

    Args:
        run: A run of `blemore train` or `blemore cv`, or an arm of `blemore ablate`.
        index: The index that it was trained on, wherever it is now.
        project: Folder that may hold a planted answer; that of the index if not given.
        progress: Told how far it is.

    Raises:
        UsageError: If the models have no gate.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit.
        DataError: If there is a planted answer that lacks a clip or an encoder.
    """
    config = with_changes(run.config(), {"data.index": index})
    limit_threads(config.train.threads)
    table = shared_table(read_index(index), config)
    models = load_models(model_folders(run), table)
    answer = (project or index.parent) / PLANTED
    informative = read_informative(answer, table.clips.filename, table.names) if answer.is_file() else None
    found, test = out_of_fold(models, table), same_test_clips(models, table)
    n_repeats = _n_repeats(found.available)
    total = RunningTotal(lambda done: progress(done, n_repeats))
    with collect_progress(total.add):
        explanation = _explained(run, config, table, (found, test), informative)
    total.report()
    return explanation


def _n_repeats(available: Bools) -> int:
    """How often all clips are predicted: as they are, by the oracle, by each, by the n best, with some removed."""
    n_encoders, n_most = available.shape[1], int(available.sum(axis=1).max())
    return int(2 + 2 * n_encoders + len(ORDERS) * (n_most - 1))


def _explained(
    run: RunFolder, config: Config, table: FeatureTable, seen: tuple[OutOfFold, SameClips], informative: Bools | None
) -> Explanation:
    found, test = seen
    kept: Bools = found.ask(lambda each, _: each.kept())
    picks = _picks(found, kept, config)
    whole, useful = found.predicted(kept), encoder_log_likelihood(found)
    ranking: Floats = found.ask(lambda each, _: each.ranking)
    agreed = gate_precision(found.clips, picks, ranking, useful, found.available)
    most_useful = best_encoders(useful, found.available, picks.sum(-1))
    return Explanation(
        run=run.name,
        encoders=table.names,
        rule=config.model.selection,
        top_n=config.model.top_n,
        gate_view=tuple(config.model.gate_view),
        protocol=config.train.protocol,
        standardize=config.train.standardize,
        seeds=found.seeds,
        n_clips=len(found.clips),
        n_actors=len(np.unique(found.clips.actor)),
        selection=_shares(found, kept, test),
        entropy=_entropy(found),
        n_kept=float(kept.sum(-1).mean()),
        stability={"folds": fold_stability(test), "seeds": seed_stability(found, test)},
        agreement=agreed,
        alone=_alone(useful, most_useful, found.available),
        faithfulness=deletion_curves_of(found, whole),
        compute=cost_curve(found),
        oracle=_oracle(found, kept, whole, useful),
        verdict=gate_sentence(agreed, int(picks.sum(-1).max()), selector=_selector(config)),
        planted=None if informative is None else _planted(table, found, picks, most_useful, test, informative),
        clips=_clip_picks(found, picks, useful),
    )


def _picks(found: OutOfFold, kept: Bools, config: Config) -> Bools:
    """What the gate is judged by: what it keeps, or where everything is kept the `top_n` that it ranks first."""
    if config.model.selection not in KEEPS_ALL:
        return kept
    return found.best(most_kept("learned", found.available.shape[1], config.model.top_n))


def _selector(config: Config) -> str:
    return "gate" if config.model.selection in ("learned", *KEEPS_ALL) else f"{config.model.selection} selection"


def _entropy(found: OutOfFold) -> float | None:
    entropy = gate_entropy(found.ask(lambda each, _: each.gate_scores), found.available)
    return None if np.isnan(entropy).all() else float(np.nanmean(entropy))


def _oracle(found: OutOfFold, kept: Bools, whole: SubsetPredictions, useful: Floats) -> ScoreDifference:
    """Score with the most useful encoders of each clip, as many as are kept, minus that with those kept."""
    known = best_encoders(useful, found.available, kept.sum(-1))
    best = found.predicted(known)
    return score_difference(found.clips, best.label, whole.label, generator=numpy_generator(0, "regret"))


def _shares(found: OutOfFold, kept: Bools, test: SameClips) -> Shares:
    sets = by_set(found.clips)
    return Shares(
        all=selection_shares(kept, found.available),
        test=selection_shares(test.kept, test.available) if len(test.available) else None,
        by_set=shares_of_groups(kept, found.available, sets),
        by_kind=shares_of_groups(kept, found.available, by_kind(found.clips)),
        by_actor=shares_of_groups(kept, found.available, by_actor(found.clips)),
        n_clips={name: int(own.sum()) for name, own in sets.items()},
    )


def _alone(useful: Floats, most_useful: Bools, available: Bools) -> Alone:
    n_available = len(useful) * available.sum(axis=0)
    total = np.where(available, -useful, 0.0).sum(axis=(0, 1))
    loss = np.divide(total, n_available, out=np.full(len(n_available), np.nan), where=n_available > 0)
    return Alone(loss, selection_shares(most_useful, available))


def _planted(
    table: FeatureTable, found: OutOfFold, picks: Bools, most_useful: Bools, test: SameClips, informative: Bools
) -> PlantedAgreement:
    own = informative[np.isin(table.clips.filename, found.clips.filename)]
    of_test = selection_overlap(test.kept, informative[table.clips.is_test]) if len(test.available) else None
    return PlantedAgreement(
        precision=float(selection_overlap(picks, own).mean()),
        chance=float((own.sum(-1) / found.available.sum(-1)).mean()),
        test_precision=None if of_test is None else float(of_test.mean()),
        useful_precision=float(selection_overlap(most_useful, own).mean()),
    )


def _clip_picks(found: OutOfFold, picks: Bools, useful: Floats) -> ClipPicks:
    n_seeds, n_encoders = len(found.seeds), picks.shape[-1]
    return ClipPicks(
        filename=np.tile(found.clips.filename, n_seeds),
        fold=np.tile(found.clips.fold, n_seeds),
        seed=np.repeat(np.array(found.seeds), len(found.clips)),
        picks=picks.reshape(-1, n_encoders),
        usefulness=useful.reshape(-1, n_encoders),
    )
