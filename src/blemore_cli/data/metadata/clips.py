"""Clips of a challenge, from the organisers' metadata files or, without these, from clip names."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import write_text
from blemore_cli.core.types import TEST_FOLD, UNLABELLED, Clips, Ints, Strings, concatenated
from blemore_cli.data.metadata.cell_spellings import uniform_labels, without_texts_for_nothing
from blemore_cli.data.metadata.clip_names import carries_label, clip_name, is_clip_name, is_clip_path, parse_clip_name
from blemore_cli.data.metadata.csv_table import check_rows, read_table
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame
from blemore_cli.data.metadata.name_conflicts import check_names, check_spelling_of_actors
from blemore_cli.data.splits import balanced_groups

ACTOR_COLUMN: Final = "video_id"
TRAIN_COLUMNS: Final = ("filename", ACTOR_COLUMN, *LABEL_COLUMNS, "fold")
N_FOLDS_WITHOUT_METADATA: Final = 5

_FILENAME_RULE: Final = (
    "a filename must be printable text without hidden directory, outer spaces, a leading dot or one of = + - @"
)
_OVERLAP_FIX: Final = "Correct the metadata, or allow it with --allow-actor-overlap (scores become optimistic)."


@dataclass(frozen=True)
class Allowances:
    """What metadata may hold although it looks like a mistake.

    Attributes:
        actor_overlap: An actor in several folds, or in training and test.
        name_conflicts: A row that contradicts the actor or the label in its clip's name.
    """

    actor_overlap: bool = False
    name_conflicts: bool = False


def read_clips(
    train: Path | None,
    test: Path | None,
    *,
    allowed: Allowances = Allowances(),
    note: Callable[[str], object] = lambda _: None,
) -> Clips:
    """Reads the official metadata files and checks every rule of the label design.

    Args:
        train: CSV with `TRAIN_COLUMNS`; other columns are left alone.
        test: CSV with `filename` and, where actors are known, `video_id`; labels in it are not read.
        allowed: What is accepted although it looks like a mistake.
        note: Called with what was guessed or not read.

    Returns:
        The clips, training rows first, each part in the order of its file.

    Raises:
        DataError: Naming file, lines, clips and the rule that is broken.
    """
    if train is None and test is None:
        raise DataError("a metadata file is required, got none", fix="Set data.train_metadata in blemore.yaml.")
    training = _read_train(train, allowed, note) if train else _test_part([], [])
    if test is None:
        return training
    clips = concatenated([training, _read_test(test, training, allowed, note)])
    check_spelling_of_actors(clips.actor, f"{train} and {test}" if train else str(test))
    return clips


def write_test_metadata(path: Path, filename: Strings, actor: Strings) -> None:
    """Writes test metadata with the actors (N,) of the clips in place of the file at the path.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    write_text(path, pd.DataFrame({"filename": filename, ACTOR_COLUMN: actor}).to_csv(index=False))


def instead_of_persons(path: Path) -> str:
    """What a file is, where it is no test metadata with actors; empty where it is."""
    try:
        columns = read_table(path).columns.tolist()
    except DataError as error:
        return f"another file: {error.message.removeprefix(str(path)).strip(' :')}"
    return "" if columns == ["filename", ACTOR_COLUMN] else f"a table of the columns {listed(columns, 9)}"


def clips_from_names(names: Sequence[str]) -> Clips:
    """Makes clips from names alone: a name that carries a label is a training clip, any other a test clip.

    Training clips form `N_FOLDS_WITHOUT_METADATA` folds of whole actors (fewer folds for fewer actors), of nearly
    equal size and the same for any order of the names. Actors of test clips are unknown.

    Returns:
        The clips, training rows first, each part in the order of the names, without media suffixes and directories.

    Raises:
        DataError: If a name repeats or is not a file name, a label is not permitted, no name carries a label, actors
            differ by case alone, or all training clips are of one actor.

    Examples:
        >>> clips = clips_from_names(["test_0001.mov", "A1_ang_int1_ver1", "A2_mix_fea_sad_50_50_ver1"])
        >>> clips.filename.tolist(), clips.fold.tolist(), clips.label.tolist()
        (['A1_ang_int1_ver1', 'A2_mix_fea_sad_50_50_ver1', 'test_0001'], [0, 1, -1], [0, 30, -1])
    """
    stems = [clip_name(name) for name in names]
    _check_names(stems)
    labelled = [stem for stem in stems if carries_label(stem)]
    unlabelled = [stem for stem in stems if not carries_label(stem)]
    if not labelled:
        raise DataError(
            f"without metadata some names must carry a label, as A102_ang_int1_ver1 does; "
            f"got {listed(unlabelled) or 'no names'}",
            fix="Give the labels with --train-metadata CSV.",
        )
    actors, labels = zip(*map(parse_clip_name, labelled), strict=True)
    check_spelling_of_actors(actors, "the clips' names")
    if len(set(actors)) < 2:
        raise DataError(
            f"training clips must be of 2 actors or more, got {actors[0]} alone",
            fix="Add the clips of other actors, or give the official folds with --train-metadata CSV.",
        )
    folds = balanced_groups(np.array(actors), min(N_FOLDS_WITHOUT_METADATA, len(set(actors))))
    return concatenated(
        [_part(labelled, actors, folds, np.array(labels)), _test_part(unlabelled, [""] * len(unlabelled))]
    )


def _check_names(stems: list[str]) -> None:
    if hostile := [repr(stem) for stem in stems if not is_clip_name(stem)]:
        raise DataError(f"{_FILENAME_RULE}, got {listed(hostile)}", fix="Rename these files.")
    if repeated := sorted({stem for stem, n_uses in Counter(stems).items() if n_uses > 1}):
        raise DataError(f"a clip must appear once, got {listed(repeated)} more than once", fix="Remove the others.")


def _read_train(path: Path, allowed: Allowances, note: Callable[[str], object]) -> Clips:
    table, guesses = uniform_labels(_read_clip_table(path, TRAIN_COLUMNS))
    for guess in guesses:
        note(f"{path.name}: {guess}")
    actor = table[ACTOR_COLUMN].str.normalize("NFC")
    rule = f"a training clip must have its actor in {ACTOR_COLUMN}, without outer spaces"
    fix = "Write the actor, for example A102."
    check_rows(table, path, actor.map(is_clip_name), rule, actual=map(ascii, actor), fix=fix)
    check_spelling_of_actors(actor, str(path))
    labels = labels_of_frame(table, path)
    if not allowed.name_conflicts:
        check_names(table, path, actor, labels)
    folds = _checked_folds(table, path, allowed.actor_overlap)
    return _part(table["clip"].tolist(), actor.tolist(), folds, labels)


def _checked_folds(table: pd.DataFrame, path: Path, allow_actor_overlap: bool) -> Ints:
    check = partial(check_rows, table, path)
    numbers = without_texts_for_nothing(table["fold"]).str.replace(r"(?i)^fold[ _-]?", "", regex=True)
    table = table.assign(fold=numbers.str.replace(",", ".", regex=False))
    is_number = table["fold"].str.fullmatch(r"[0-9]{1,6}(\.0+)?")
    fix = "Write the official fold, 0 to 4, of each training clip."
    check(is_number, "fold must be a whole number from 0", actual=map(repr, table["fold"]), fix=fix)
    fold = table["fold"].astype(float).astype(np.int64)
    actor = table[ACTOR_COLUMN]
    first = fold.groupby(actor).transform("first")
    actual = actor + " in fold " + fold.astype(str) + " after fold " + first.astype(str)
    is_whole = (fold == first) | allow_actor_overlap
    check(is_whole, "all clips of an actor must be in one fold", actual=actual, fix=_OVERLAP_FIX)
    if fold.nunique() < 2:
        raise DataError(
            f"{path}: training clips must be in 2 folds or more, got fold {fold.iloc[0]} alone",
            fix="Use the official metadata with its 5 folds.",
        )
    return np.asarray(fold, dtype=np.int64)


def _read_test(path: Path, training: Clips, allowed: Allowances, note: Callable[[str], object]) -> Clips:
    table = _read_clip_table(path, ("filename",))
    check, clip = partial(check_rows, table, path), table["clip"]
    actor = without_texts_for_nothing(table.get(ACTOR_COLUMN, pd.Series("", index=table.index, dtype=str)))
    if any((without_texts_for_nothing(table[column]) != "").any() for column in LABEL_COLUMNS if column in table):
        note(
            f"{path.name}: its labels are not read, as test clips are predicted; `blemore evaluate PREDS --truth "
            f"{path.name}` scores predictions against them"
        )
    fix = "Remove it from one of the two metadata files."
    check(~clip.isin(training.filename), "a test clip must not be a training clip", actual=clip, fix=fix)
    if not allowed.name_conflicts:
        check_names(table, path, actor, np.full(len(table), UNLABELLED))
    is_new = ~actor.isin(training.actor) | allowed.actor_overlap
    check(is_new, "an actor of test clips must have no training clips", actual=actor, fix=_OVERLAP_FIX)
    return _test_part(clip.tolist(), actor.tolist())


def _read_clip_table(path: Path, required: Sequence[str]) -> pd.DataFrame:
    """The file's rows with a column `clip`: the checked, unique name of each clip."""
    table = read_table(path, required)
    check, filename = partial(check_rows, table, path), table["filename"]
    check(filename.map(is_clip_path), _FILENAME_RULE, actual=map(ascii, filename), fix="Write the clip's name alone.")
    clip = filename.map(clip_name)
    rule = "a clip must have one row, whatever its media suffix"
    check(~clip.duplicated(keep=False), rule, actual=filename, fix="Remove the other rows.")
    return table.assign(clip=clip)


def _part(names: Sequence[str], actors: Sequence[str], folds: Ints, labels: Ints) -> Clips:
    return Clips(np.array(names, dtype=np.str_), np.array(actors, dtype=np.str_), folds == TEST_FOLD, folds, labels)


def _test_part(names: Sequence[str], actors: Sequence[str]) -> Clips:
    folds, labels = (np.full(len(names), value, dtype=np.int64) for value in (TEST_FOLD, UNLABELLED))
    return _part(names, actors, folds, labels)
