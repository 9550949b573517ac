"""Combinations of settings from which no useful model can be trained."""

from typing import Final

from blemore_cli.core.choices import EVIDENCE, FUSES_DISTRIBUTIONS, RANKS_EVIDENCE
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.labels import N_EMOTIONS
from blemore_cli.model.fusion import FUSIONS
from blemore_cli.model.gate import GATES
from blemore_cli.model.heads import HEADS
from blemore_cli.model.selection import chooses_number
from blemore_cli.training.adaptation import ADAPTERS
from blemore_cli.training.baselines.direct import TRAINED
from blemore_cli.training.spec import fuses_evidence, has_second_stage

RANK_BY_SOUNDNESS: Final = ("learned", "quality", "gate")

MOST_ADAM_DECAY: Final = 0.1
"""Weight decay with which Adam no longer learns: as a part of the gradient it draws every weight towards 0."""


def check_combination(config: Config) -> None:
    """Refuses settings that are valid one by one, but together leave a model that cannot learn or decode.

    Raises:
        ArtefactError: If the fusion rule, the heads or the adaptation method are not registered in this process.
        ConfigError: Naming the requirement, the actual values and what to set instead.
    """
    _check_hyperparameters(config)
    _check_decoder(config)
    if config.model.family in TRAINED:
        _check_heads(config)
        _check_decay(config)
    if fuses_evidence(config):
        _check_evidence(config)
    elif config.model.family == "gated":
        _check_number(config)
        _check_view(config)
        _check_selection(config)


def _check_hyperparameters(config: Config) -> None:
    GATES.options(config.model.gate, config.model.gate_options)
    if config.model.fusion not in FUSES_DISTRIBUTIONS:
        FUSIONS.options(config.model.fusion, config.model.fusion_options)
    HEADS.options(config.model.heads, config.model.heads_options)
    if config.adapt.method != "none":
        ADAPTERS.options(config.adapt.method, config.adapt.options)


def _check_decoder(config: Config) -> None:
    if config.decode.match_prior != "none" and config.decode.method == "thresholds":
        raise ConfigError(
            "decode.match_prior matches distributions over the permitted labels, which decode.method=expected_score "
            "decodes, got thresholds: these are chosen for emotions that are not matched",
            fix="Set decode.match_prior=none, or decode.method=expected_score.",
        )


def _check_heads(config: Config) -> None:
    heads = config.model.heads
    if HEADS[heads].n_outputs == N_EMOTIONS and config.decode.method != "thresholds":
        raise ConfigError(
            f"model.heads={heads} has probabilities of the six emotions alone, in which only "
            f"decode.method=thresholds finds blends, got {config.decode.method}: every prediction would be a single",
            fix="Set decode.method=thresholds, or model.heads=softmax_labels.",
        )


def _check_decay(config: Config) -> None:
    train = config.train
    if train.optimiser == "adam" and train.weight_decay >= MOST_ADAM_DECAY:
        raise ConfigError(
            "train.optimiser=adam makes weight decay a part of the gradient and needs train.weight_decay below "
            f"{MOST_ADAM_DECAY:g} to learn at all, got {train.weight_decay:g}",
            fix="Set train.weight_decay=0.001, as the organisers have it, or train.optimiser=adamw.",
        )


def _check_evidence(config: Config) -> None:
    """Refuses settings of parts that fusion of evidence does not have."""
    model = config.model
    for key, value in (("fusion_options", model.fusion_options), ("gate_view", model.gate_view)):
        if value:
            raise ConfigError(
                f"model.fusion={model.fusion} hears every encoder and has no hyperparameters, got model.{key}={value}",
                fix=f"Leave model.{key} empty, or set model.fusion=weighted.",
            )
    if model.fusion != EVIDENCE and model.selection in RANK_BY_SOUNDNESS:
        raise ConfigError(
            f"model.selection={model.selection} ranks by soundness, which model.fusion={model.fusion} does not have: "
            "it takes every encoder to be sound",
            fix="Set model.selection=full, or model.fusion=evidence.",
        )


def _check_selection(config: Config) -> None:
    model = config.model
    if model.selection in RANKS_EVIDENCE:
        raise ConfigError(
            f"model.selection={model.selection} ranks what each encoder alone says of a clip, which "
            f"model.fusion=evidence has, got model.fusion={model.fusion}",
            fix="Add --set model.fusion=evidence, or choose another selection.",
        )


def _check_view(config: Config) -> None:
    model = config.model
    if model.gate == "quality" and model.gate_view:
        raise ConfigError(
            "model.gate=quality reads the energy of every encoder that it scores, got "
            f"model.gate_view={', '.join(model.gate_view)}",
            fix="Leave model.gate_view empty, or set model.gate=attention.",
        )


def _check_number(config: Config) -> None:
    if chooses_number(config.model.selection, config.model.top_n) and not has_second_stage(config):
        raise ConfigError(
            "model.top_n=auto is learned in the second stage, which needs train.second_stage=true and "
            f"train.protocol=nested, got {str(config.train.second_stage).lower()} and {config.train.protocol}",
            fix="Set these, or give a number.",
        )
