"""Facts about each run, and caveats for the reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from blemore_cli.core.choices import KEEPS_ALL
from blemore_cli.core.config.file import dump_config, relative_to
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.runs.folder import DONE
from blemore_cli.experiments.runs.loaded_run import LoadedRun, all_models
from blemore_cli.experiments.runs.metrics import Execution
from blemore_cli.reporting.page.table import PageTable, page_table
from blemore_cli.reporting.tables.crossval import SPLIT, split_rows
from blemore_cli.reporting.tables.notation import protocol_text, transductive_arms_notes, transductive_notes
from blemore_cli.reporting.tables.reduction import reduction_sentence


@dataclass(frozen=True)
class RunFacts:
    """Facts about a run, of the same names for every run; its split by fold, and its configuration as YAML."""

    name: str
    facts: dict[str, str]
    n_folds: int
    split: PageTable
    config: str


def run_facts(run: LoadedRun) -> RunFacts:
    """The facts of a run, of its reference where it has arms."""
    main = run.main
    config, metrics = main.config, main.metrics
    finished = datetime.fromtimestamp((run.run.path / DONE).stat().st_mtime, tz=UTC)
    facts = {
        "command": f"blemore {run.run.kind}",
        "finished": f"{finished:%Y-%m-%d %H:%M} UTC",
        "models": ", ".join(model.arm for model in run.models) if run.ablation else "one",
        "clips": f"{len(main.clips):,} of {metrics.n_actors} actors, out of fold",
        "seeds": _seeds(metrics.seeds),
        "protocol": protocol_text(metrics.protocol),
        "encoders": f"{len(main.encoders)}: {', '.join(main.encoders)}",
        "network": _network(config),
        "training": f"at most {config.train.max_epochs} epochs, {config.train.optimiser}, learning rate "
        f"{config.train.learning_rate:g}, weight decay {config.train.weight_decay:g}, dropout {config.model.dropout:g}",
        "standardisation": f"{config.train.standardize}, clamped at {config.train.clamp_sd:g} SD",
        "reduction": reduction_sentence(metrics.reduction),
        "adaptation": f"shifted encoders: {config.adapt.shift}; latents: {config.adapt.method}",
        "decoding": f"{config.decode.method.replace('_', ' ')}; prior matching: {config.decode.match_prior}",
        "index sha256": metrics.index_sha256,
        "execution": _execution(metrics.execution),
        "versions": ", ".join(f"{name} {version}" for name, version in metrics.versions.items()),
    }
    return RunFacts(
        run.run.name,
        facts,
        len(metrics.split),
        page_table(SPLIT, split_rows(metrics.split)),
        dump_config(relative_to(config, run.run.path)),
    )


def _execution(execution: Execution | None) -> str:
    if execution is None:
        return "not recorded"
    threads = f"{execution.threads} thread{'s' if execution.threads > 1 else ''} each"
    return f"stacks planned for {execution.slots} process{'es' if execution.slots > 1 else ''}, {threads}"


def _seeds(seeds: Sequence[int]) -> str:
    if len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{len(seeds)}: {seeds[0]} to {seeds[-1]}"
    return f"{len(seeds)}: {', '.join(map(str, seeds))}"


def _network(config: Config) -> str:
    model = config.model
    if model.family != "gated":
        return model.family
    kept = "" if model.selection in KEEPS_ALL else f", top {model.top_n}"
    return f"selection {model.selection}{kept}; fusion {model.fusion}; heads {model.heads}; width {model.d_latent}"


def caveats(runs: Sequence[LoadedRun], index_sha256: str) -> list[str]:
    """Warnings to read before comparing figures; `index_sha256` is the checksum of the index as it is now."""
    notes = {
        model.name: transductive_notes(model.config.train.standardize, model.config.decode.match_prior)
        for model in all_models(runs)
    }
    return [
        *_where(
            runs,
            lambda run: run.main.metrics.protocol == "official",
            "The official protocol chose epoch and thresholds on the scored fold: its figures are optimistic",
        ),
        *(f"{note[:1].upper()}{note[1:]}." for note in transductive_arms_notes(notes)),
        *_gaps(runs),
        *_where(
            runs,
            lambda run: run.main.metrics.index_sha256 != index_sha256,
            "The index has changed since training; the Scores still follow from its labels",
        ),
        *_where(runs, lambda run: len(run.main.metrics.seeds) == 1, "One seed only: the spread over seeds is unknown"),
        "Whoever chose settings by looking at out-of-fold figures made them optimistic, whatever the protocol.",
    ]


def _gaps(runs: Sequence[LoadedRun]) -> list[str]:
    """What encoders could not be used for, each note once, with its runs."""
    notes: dict[str, list[str]] = {}
    for run in runs:
        for gap in run.main.metrics.gaps:
            notes.setdefault(f"{gap[:1].upper()}{gap[1:]}", []).append(run.run.name)
    return [f"{note} ({', '.join(names)})." for note, names in notes.items()]


def _where(runs: Sequence[LoadedRun], holds: Callable[[LoadedRun], bool], words: str) -> list[str]:
    names = [run.run.name for run in runs if holds(run)]
    return [f"{words} ({', '.join(names)})."] if names else []
