"""`blemore ablate` and `blemore baseline`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.options.parsed_options import each_of, top_n_option
from blemore_cli.cli.options.training_options import Seeds, TrainingOptions, first_seeds
from blemore_cli.core.choices import Adaptation, Baseline, Control, Fusion, Heads, Selection

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config
    from blemore_cli.data.index.file import Index
    from blemore_cli.experiments.ablation import Differences
    from blemore_cli.experiments.execution.arms import ComparedSettings

AnySelection = Literal[Selection, "all"]
AnyControl = Literal[Control, "all"]


@dataclass(frozen=True)
class ArmOptions:
    """The arms that are compared with `learned`."""

    selection: Annotated[list[Any] | None, each_of(AnySelection, "Arm; repeatable.", default="five of them")] = None
    top_n: Annotated[list[Any] | None, top_n_option("Encoders kept; auto learns how many; repeatable.")] = None
    heads: Annotated[list[Any] | None, each_of(Heads, "Arm; repeatable.")] = None
    adapt: Annotated[list[Any] | None, each_of(Adaptation, "Arm; repeatable.")] = None
    control: Annotated[list[Any] | None, each_of(AnyControl, "Arm: simple fusion, or other seeds; repeatable.")] = None
    arm: Annotated[
        list[str] | None, typer.Option(help="Arm with any difference; repeatable.", metavar="NAME KEY=VALUE...")
    ] = None

    def compared(self) -> "ComparedSettings":
        """The settings that the arms compare."""
        from blemore_cli.experiments.execution.arms import ComparedSettings, parse_arms

        arms = parse_arms(self.arm or [])
        selection, top_n, heads = self.selection or [], self.top_n or [], self.heads or []
        return ComparedSettings(selection, top_n, heads, self.adapt or [], arms, self.control or [])


def ablate(session: Session, arms: ArmOptions, training: TrainingOptions, seeds: Seeds = 5) -> None:
    """Compare arms with everything else held fixed, with significance tests; `learned` is the reference.

    An arm that fails leaves the others: they are compared, it is named, and the exit code is 3.
    """
    from blemore_cli.experiments.data_checks.trainable import check_trainable
    from blemore_cli.experiments.execution.arms import differences

    settings = arms.compared()
    first = settings.top_n[0] if settings.top_n else None
    config = session.config({"model.top_n": first, "model.selection": "learned", **training.changes})
    session.check_fresh(config.data.index, config.data, training.stale)
    index = check_trainable(config, predicts_test=False, device_is_here=training.is_local)
    compared = differences(settings, fusion=config.model.fusion, seed=config.train.seed)
    _compare(session, config, training, compared, index, kind="ablate", n_seeds=seeds)


def baseline(
    session: Session,
    training: TrainingOptions,
    model: Annotated[list[Any] | None, each_of(Baseline, "Baseline; repeatable.", default="all")] = None,
    fusion: Annotated[Fusion, typer.Option(help="Each encoder alone, or all features side by side.")] = "none",
    seeds: Seeds = 5,
) -> None:
    """Compare the organisers' and other baselines with the model, in the same protocol."""
    config = session.config({"model.selection": "learned", **training.changes})
    from blemore_cli.experiments.data_checks.gap_notes import incomplete_encoders
    from blemore_cli.experiments.data_checks.trainable import check_trainable
    from blemore_cli.experiments.execution.arms import REFERENCE
    from blemore_cli.experiments.execution.baseline_arms import RECIPES, baseline_arms

    session.check_fresh(config.data.index, config.data, training.stale)
    index = check_trainable(config, predicts_test=False, device_is_here=training.is_local)
    names = tuple(config.model.encoders or index.encoders)
    incomplete = incomplete_encoders(index, names) if fusion == "none" else {}
    for name, n_missing in incomplete.items():
        session.output.note(
            f"encoder {name} has no baseline alone: it lacks {n_missing} training clips; --fusion concat takes it in"
        )
    alone = [name for name in names if name not in incomplete]
    arms = {REFERENCE: {}, **baseline_arms(model or list(RECIPES), names, fusion, alone=alone)}
    _compare(session, config, training, arms, index, kind="baseline", n_seeds=seeds)


def _compare(
    session: Session,
    config: "Config",
    training: TrainingOptions,
    differences: "Differences",
    index: "Index",
    *,
    kind: str,
    n_seeds: int,
) -> None:
    from blemore_cli.cli.views.ablation_views import ablation_views
    from blemore_cli.core.errors import ConfigError, listed
    from blemore_cli.experiments.ablation import run_ablation
    from blemore_cli.experiments.data_checks.gap_notes import index_gap_notes
    from blemore_cli.experiments.data_checks.ignored_settings import ignored_settings
    from blemore_cli.experiments.data_checks.trainable import check_fits_index
    from blemore_cli.experiments.execution.arms import configs_of
    from blemore_cli.reporting.paper.ablation_files import write_ablation

    configs = configs_of(config, differences)
    for changed in configs.values():
        check_fits_index(changed, index, device_is_here=training.is_local)
    gaps = index_gap_notes(index, config.model.encoders, predicts_test=False)
    session.output.notes([*ignored_settings(config), *gaps])
    with training.run_folder(config, kind) as run:
        seeds, backend = first_seeds(config, n_seeds), training.backend(session.output.note)
        with session.output.progress() as progress:
            result = run_ablation(
                configs, differences, run, index=index, seeds=seeds, progress=progress, backend=backend
            )
        write_ablation(result, run.path)
        run.finish(result.as_json())
    session.output.note(f"figure and tables for papers are in {run.path}")
    session.output.result(result.as_json(), *ablation_views(result), next_step=session.next_step("report"))
    training.add_extras(run, session.output)
    if result.failed:
        raise ConfigError(
            f"every arm must train, and {len(result.failed)} of {len(configs)} did not: {listed(list(result.failed))}",
            fix=f"Correct what they change and choose another --name, or try again with --name {run.name} --resume.",
        )
