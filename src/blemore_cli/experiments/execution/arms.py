"""Arms of an ablation as data: names, and the config keys that they change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from blemore_cli.core.choices import (
    AUTO,
    EVIDENCE,
    KEEPS_ALL,
    RANKS_EVIDENCE,
    Adaptation,
    Control,
    Heads,
    Selection,
    TopN,
)
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.overrides import parse_override
from blemore_cli.core.config.schema import Config, ModelConfig
from blemore_cli.core.errors import UsageError, listed
from blemore_cli.experiments.runs.folder import NAME_PATTERN

REFERENCE: Final = "learned"
ALL: Final = "all"
DEFAULT_FUSION: Final = ModelConfig().fusion
EMOTION_HEADS: Final = {"model.heads": "softmax_emotions", "decode.method": "thresholds"}
"""A distribution over the emotions has no salience: it is decoded by the organisers' thresholds."""

CONTROLS: Final[dict[Control, dict[str, Any]]] = {
    "pool": {"model.fusion": "pool", "model.selection": "full"},
    "transformer": {"model.fusion": "transformer", "model.selection": "mean"},
}
"""Simple fusions of all encoders, without a gate: a weighted product of experts, and attention among the latents."""

SEED_KEY: Final = "train.seed"
NEGATIVE_CONTROL: Final = "seed"
"""The control that is the reference with other seeds, whose difference from it is chance."""

SEED_STEP: Final = 1000
"""How far its seeds are from those of the reference; more than a run has."""

COMMON: Final[tuple[Selection, ...]] = tuple(name for name in get_args(Selection) if name not in RANKS_EVIDENCE)
"""Selections that every fusion rule has, which are compared where nothing is named."""

SHARED: Final = ("runs", "data", SEED_KEY, "train.jobs")
"""Sections and keys that no arm of the user changes: paired tests need the same clips, folds and seeds."""

Difference = dict[str, Any]


@dataclass(frozen=True)
class ComparedSettings:
    """Settings to compare with the reference; if none is given, the selections that every fusion has are compared.

    Among selections, `all` stands for every one that the fusion of the reference has, and among controls for all of
    them. The first of `top_n` is the reference's; `further` has any other difference by the arm's name.
    """

    selections: Sequence[Selection | Literal["all"]] = ()
    top_n: Sequence[TopN] = ()
    heads: Sequence[Heads] = ()
    adapt: Sequence[Adaptation] = ()
    further: Mapping[str, Difference] = field(default_factory=dict)
    controls: Sequence[Control | Literal["all"]] = ()


def selections_of(fusion: str) -> tuple[Selection, ...]:
    """The selections that a fusion rule has: some rank distributions of single encoders, which one rule makes.

    Examples:
        >>> selections_of("weighted")
        ('learned', 'random', 'fixed', 'full', 'mean')
    """
    return get_args(Selection) if fusion == EVIDENCE else COMMON


def differences(settings: ComparedSettings, *, fusion: str = DEFAULT_FUSION, seed: int = 0) -> dict[str, Difference]:
    """The arms that compare some settings, the reference first; each arm changes one thing.

    Args:
        settings: What is compared.
        fusion: The fusion rule of the reference.
        seed: Its first seed.

    Raises:
        UsageError: If one of the others has the name of an arm that is there already.

    Examples:
        >>> list(differences(ComparedSettings(selections=["random", "full"], top_n=[3, 1])))
        ['learned', 'random', 'full', 'learned-top1', 'random-top1']
        >>> differences(ComparedSettings(heads=["softmax_labels"]))
        {'learned': {}, 'learned+softmax_labels': {'model.heads': 'softmax_labels'}}
    """
    others = settings.heads, settings.adapt, settings.controls, settings.further, settings.top_n[1:]
    names_an_arm = settings.selections or any(others)
    chosen = settings.selections if names_an_arm else COMMON
    selections = [name for one in chosen for name in (selections_of(fusion) if one == ALL else [one])]
    ranked = dict.fromkeys(name for name in (REFERENCE, *selections) if name not in KEEPS_ALL)
    arms: dict[str, Difference] = {REFERENCE: {}}
    arms |= {name: {"model.selection": name} for name in selections if name != REFERENCE}
    arms |= {
        f"{name}-{n}" if n == AUTO else f"{name}-top{n}": arms[name] | {"model.top_n": n}
        for n in dict.fromkeys(settings.top_n)
        if n != settings.top_n[0]
        for name in ranked
    }
    arms |= {f"{REFERENCE}+{heads}": _heads(heads) for heads in settings.heads}
    arms |= {f"{REFERENCE}+{method}": {"adapt.method": method} for method in settings.adapt}
    controls = {**CONTROLS, NEGATIVE_CONTROL: {SEED_KEY: seed + SEED_STEP}}
    arms |= {name: dict(controls[name]) for name in controls if {name, ALL} & set(settings.controls)}
    if taken := sorted(set(arms) & set(settings.further)):
        raise UsageError(f"an arm's name is unique, and {listed(taken)} is there already", fix="Choose another name.")
    return arms | dict(settings.further)


def is_negative_control(difference: Mapping[str, Any]) -> bool:
    """Whether an arm differs from the reference in its seeds alone.

    Examples:
        >>> is_negative_control({"train.seed": 1000}), is_negative_control({})
        (True, False)
    """
    return set(difference) == {SEED_KEY}


def _heads(heads: Heads) -> Difference:
    return dict(EMOTION_HEADS) if heads == "softmax_emotions" else {"model.heads": heads}


def parse_arms(texts: Sequence[str]) -> dict[str, Difference]:
    """Reads every `NAME key=value ...`.

    Raises:
        UsageError: As `parse_arm`, or if two have the same name.
        ConfigError: As `parse_arm`.
    """
    arms: dict[str, Difference] = {}
    for name, difference in map(parse_arm, texts):
        if name in arms:
            raise UsageError(f"an arm's name is unique, got two called {name}", fix="Choose another name for one.")
        arms[name] = difference
    return arms


def parse_arm(text: str) -> tuple[str, Difference]:
    """Reads `NAME key=value ...`.

    Raises:
        UsageError: If it is not of this form, the name cannot be a folder's, or a key is one that all arms share.
        ConfigError: If a key is unknown.

    Examples:
        >>> parse_arm("wide model.d_latent=64 model.d_gate=32")
        ('wide', {'model.d_latent': 64, 'model.d_gate': 32})
    """
    name, *changes = text.split() or [""]
    if not changes:
        raise UsageError(
            f"--arm must be NAME key=value ..., got {text!r}", fix="Write, for example, --arm wide model.d_latent=64."
        )
    if not NAME_PATTERN.fullmatch(name) or name == REFERENCE:
        raise UsageError(
            f"an arm's name is made of letters, digits and _.+- and is not {REFERENCE!r}, got {name!r}",
            fix="Choose another name.",
        )
    changed = [parse_override(change, flag=f"--arm {name}") for change in changes]
    difference = {".".join(map(str, path)): value for path, value in changed}
    shared = [key for key in difference if key in SHARED or key.split(".")[0] in SHARED]
    if shared:
        raise UsageError(
            f"arms differ in how they learn from the same clips and seeds, got {listed(shared)} in --arm {name}",
            fix="Set it for all arms with --set.",
        )
    return name, difference


def configs_of(config: Config, arms: Mapping[str, Difference]) -> dict[str, Config]:
    """The resolved configuration of each arm.

    Raises:
        UsageError: If a key is unknown, a value out of its range, or the reference is no gated network.
    """
    if config.model.family != "gated":
        raise UsageError(
            f"the reference arm is the gated network, and model.family is {config.model.family!r}",
            fix="Give the family to an arm (--arm NAME model.family=...), or use `blemore baseline`.",
        )
    return {name: with_changes(config, difference, place=f"arm {name}") for name, difference in arms.items()}
