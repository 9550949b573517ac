"""Checks of a configuration against an index before anything is trained or written."""

from collections.abc import Sequence

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.feature_table import check_costs, check_encoders, check_gate_view
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.data.index.group_standardisation import check_persons
from blemore_cli.data.splits import check_no_shared_actor, fold_splits
from blemore_cli.training.combinations import check_combination
from blemore_cli.training.device import choose_device


def check_trainable(
    config: Config, folds: Sequence[int] = (), *, predicts_test: bool = True, device_is_here: bool = True
) -> Index:
    """Reads the index, refusing what could not be trained before anything is written; without folds, of all folds.

    The device is looked for only where it is one of this machine.

    Raises:
        ArtefactError: If the index is missing or damaged, or lacks an encoder.
        UsageError: If a fold does not exist.
        DataError: If an actor is on both sides of a split, unless allowed; or if a clip that is predicted has no
            person, and features are standardised or predictions matched within persons.
        ConfigError: As `check_fits_index`.
    """
    index = read_index(config.data.index)
    check_fits_index(config, index, predicts_test=predicts_test, device_is_here=device_is_here)
    chosen_folds(index, folds)
    if predicts_test:
        _check_persons(config, index)
    if not config.data.allow_actor_overlap:
        for split in fold_splits(index.clips):
            check_no_shared_actor(index.clips, split)
    return index


def check_fits_index(config: Config, index: Index, *, predicts_test: bool = False, device_is_here: bool = True) -> None:
    """Refuses a configuration that could not be trained on an index or on this machine.

    Raises:
        ArtefactError: If the index lacks an encoder, if a clip has none of those in use, or the gate's view is not of
            these.
        ConfigError: If the device is not there, if the costs name an unknown encoder, or as `check_combination`.
    """
    check_combination(config)
    names = check_encoders(index, config.model.encoders, predicts_test=predicts_test)
    if config.model.family == "gated":
        check_gate_view(names, config.model.gate_view)
        check_costs(list(index.encoders), config.cost)
    if device_is_here:
        choose_device(config.train.device)


def _check_persons(config: Config, index: Index) -> None:
    settings = {"train.standardize": config.train.standardize, "decode.match_prior": config.decode.match_prior}
    for key, value in settings.items():
        if value == "person":
            check_persons(index.clips, f"{key}={value}")


def chosen_folds(index: Index, folds: Sequence[int]) -> tuple[int, ...]:
    """The folds to leave out: those given, or all.

    Raises:
        UsageError: If one does not exist.
    """
    known = [split.fold for split in fold_splits(index.clips)]
    unknown = sorted(set(folds) - set(known))
    if unknown:
        raise UsageError(f"a fold is one of {', '.join(map(str, known))}, got {unknown[0]}", fix="Correct --fold.")
    return tuple(fold for fold in known if not folds or fold in folds)
