"""blemore: blended emotion recognition from the features of many encoders.

The public names are listed in `docs/python_api.md`. They are imported when they are first used, so that
`import blemore_cli as blemore` is quick and needs no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from blemore_cli.core.config.file import load_config as load_config
    from blemore_cli.core.config.file import with_changes as with_changes
    from blemore_cli.core.errors import BlemoreError as BlemoreError
    from blemore_cli.core.labels import IS_BLEND as IS_BLEND
    from blemore_cli.core.labels import LABELS as LABELS
    from blemore_cli.core.labels import N_LABELS as N_LABELS
    from blemore_cli.core.labels import SETS as SETS
    from blemore_cli.core.labels import label_index as label_index
    from blemore_cli.data.build import build_index as build_index
    from blemore_cli.data.example.project import write_example as write_example
    from blemore_cli.data.features.readers import register_reader as register_reader
    from blemore_cli.data.index.file import Index as Index
    from blemore_cli.data.index.file import read_index as read_index
    from blemore_cli.evaluation.domain_shift.prior_matching import match_prior as match_prior
    from blemore_cli.evaluation.domain_shift.shift import shift_auc as shift_auc
    from blemore_cli.evaluation.scoring.decoding import decode_expected_score as decode_expected_score
    from blemore_cli.evaluation.scoring.decoding import decode_thresholds as decode_thresholds
    from blemore_cli.evaluation.scoring.metrics import official_scores as official_scores
    from blemore_cli.evaluation.scoring.thresholds import search_thresholds as search_thresholds
    from blemore_cli.evaluation.statistics.comparison import compare_arms as compare_arms
    from blemore_cli.experiments.crossval import cross_validate as cross_validate
    from blemore_cli.experiments.inference.submission import submission_labels as submission_labels
    from blemore_cli.experiments.runs.find import find_run as find_run
    from blemore_cli.experiments.runs.loaded_run import read_run as read_run
    from blemore_cli.experiments.runs.start import start_run as start_run
    from blemore_cli.extraction.encoders import register_encoder as register_encoder
    from blemore_cli.model.fusion import register_fusion as register_fusion
    from blemore_cli.model.gate import register_gate as register_gate
    from blemore_cli.model.heads import register_heads as register_heads
    from blemore_cli.model.network import BlemoreNetwork as BlemoreNetwork
    from blemore_cli.reporting.submission.writer import write_submission as write_submission
    from blemore_cli.training.adaptation import register_adapter as register_adapter

__version__ = "0.1.0"

_NAMES: Final = {
    "blemore_cli.core.config.file": ("load_config", "with_changes"),
    "blemore_cli.core.errors": ("BlemoreError",),
    "blemore_cli.core.labels": ("IS_BLEND", "LABELS", "N_LABELS", "SETS", "label_index"),
    "blemore_cli.data.example.project": ("write_example",),
    "blemore_cli.data.features.readers": ("register_reader",),
    "blemore_cli.data.build": ("build_index",),
    "blemore_cli.data.index.file": ("Index", "read_index"),
    "blemore_cli.evaluation.domain_shift.prior_matching": ("match_prior",),
    "blemore_cli.evaluation.domain_shift.shift": ("shift_auc",),
    "blemore_cli.evaluation.scoring.decoding": ("decode_expected_score", "decode_thresholds"),
    "blemore_cli.evaluation.scoring.metrics": ("official_scores",),
    "blemore_cli.evaluation.scoring.thresholds": ("search_thresholds",),
    "blemore_cli.evaluation.statistics.comparison": ("compare_arms",),
    "blemore_cli.experiments.crossval": ("cross_validate",),
    "blemore_cli.experiments.inference.submission": ("submission_labels",),
    "blemore_cli.experiments.runs.find": ("find_run",),
    "blemore_cli.experiments.runs.loaded_run": ("read_run",),
    "blemore_cli.experiments.runs.start": ("start_run",),
    "blemore_cli.extraction.encoders": ("register_encoder",),
    "blemore_cli.model.fusion": ("register_fusion",),
    "blemore_cli.model.gate": ("register_gate",),
    "blemore_cli.model.heads": ("register_heads",),
    "blemore_cli.model.network": ("BlemoreNetwork",),
    "blemore_cli.reporting.submission.writer": ("write_submission",),
    "blemore_cli.training.adaptation": ("register_adapter",),
}
"""The public names of every module that has some."""

_MODULE: Final = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_MODULE)


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULE[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
