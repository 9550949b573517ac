"""Cache of the feature table of a process: the features of an index are read once and shared by its tasks."""

from typing import Final

from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index
from blemore_cli.data.index.mapped_table import mapped_table

_latest: Final[dict[tuple[object, ...], FeatureTable]] = {}
"""The table that was read last, by what determines it: tables are large, so there is one at most."""


def shared_table(index: Index, config: Config) -> FeatureTable:
    """The features of the encoders of a configuration, standardised as it says, from an index that has not changed.

    Where they are standardised within persons, test clips of unknown persons are left out: arms can be compared
    without them. Who predicts test clips checks `trainable.check_trainable` first.

    Raises:
        ArtefactError: If the file of the index holds something else by now.
    """
    standardize = config.train.standardize
    key = (index.path, index.sha256, config.runs, *config.model.encoders, standardize)
    if key not in _latest:
        index.check_unchanged()
        _latest.clear()
        _latest[key] = mapped_table(index, config.model.encoders, standardize, config.runs)
    return _latest[key]
