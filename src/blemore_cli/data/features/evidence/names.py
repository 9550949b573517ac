"""Columns that are no evidence by their names: labels, persons, time, and bookkeeping of files and trackers."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from blemore_cli.core.config.schema import ColumnChoice

METADATA_COLUMNS: Final = frozenset(
    [
        *("video_id", "actor", "mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"),
        *("intensity_level", "situation", "version", "fold", "split", "label"),
        *("seed", "run", "repeat", "repetition"),
    ]
)
"""Names, in lower case, of the challenge's metadata: most of them would give the label away."""

BOOKKEEPING: Final = frozenset(
    [
        *("", "frame", "frametime", "face_id", "timestamp", "confidence", "success", "start", "end", "time"),
        *("file", "filename", "clip", "clip_name", "name", "n_frames", "num_frames", "total_frames", "nframes"),
        "level_0",
    ]
)
"""Names, in lower case, of columns that give the origin of a row."""

NOMINAL: Final = "nominal: "
"""Start of the column names of an ARFF file's nominal attributes: classes, which are never features."""

_TRUTH: Final = frozenset(["gt", "truth", "groundtruth", "annotated", "intended"])
"""A name with one of these words is of a label."""

_LABELS: Final = frozenset(
    [
        *("emotion", "emotions", "emo", "label", "labels", "class", "classes", "target", "targets", "speaker", "spk"),
        *("annotation", "annotations", "rating", "ratings"),
    ]
)
"""A name that begins with one of these words is of a label or of a person, unless it tells of a vector."""

_LAST: Final = frozenset(["id", "label", "labels", "target", "annotation", "rating", "true"])
"""A name that ends with one of these words is of a label, of a person or of a file."""

_VECTORS: Final = frozenset(
    [
        *("prob", "probs", "probability", "proba", "p", "score", "scores", "logit", "logits", "softmax", "posterior"),
        *("pred", "predicted", "prediction", "emb", "embedding", "embeddings", "vec", "vector", "feat", "feature"),
        *("token", "dim", "ang", "anger", "angry", "disg", "disgust", "disgusted", "fea", "fear", "fearful", "hap"),
        *("happy", "happiness", "joy", "sad", "sadness", "neu", "neutral", "surprise", "surprised", "contempt", "calm"),
    ]
)
"""Words for the output of a model: embeddings and predictions."""

_SUBJECTS: Final = _LABELS | frozenset(
    [
        *("category", "mix", "salience", "expression", "rater", "annotator", "coder", "rank"),
        *("subject", "subj", "actor", "actress", "person", "participant", "performer", "identity", "character", "user"),
        *("gender", "sex", "male", "female", "age", "ethnicity", "race", "nationality", "language", "accent"),
        *("time", "timestamp", "timestamps", "duration", "length", "frame", "fps", "start", "end", "date", "datetime"),
        *("file", "filename", "path", "filepath", "wav", "clip", "video", "utterance", "utt", "segment"),
        *("sample", "samples", "item", "row", "record", "recording", "id", "ids", "idx", "index", "uid", "uuid"),
        *("fold", "split", "partition", "subset", "train", "test", "session", "take", "trial", "repetition", "batch"),
        *("version", "situation", "scenario", "sentence", "statement", "stimulus", "prompt", "condition", "group"),
        *("corpus", "dataset", "database", "cohort", "site", "sr", "chunk", "window"),
    ]
)
"""Words for what is no evidence."""

_QUALIFIERS: Final = frozenset(
    [
        *("no", "nr", "num", "number", "n", "name", "code", "codes", "true", "int", "cat", "type", "native", "first"),
        *("sec", "secs", "second", "seconds", "ms", "s", "msec", "approx", "abs", "rel", "total", "count", "rate"),
        *("encoded", "enc", "numeric", "set", "is", "of", "the", "original", "orig", "percent", "pct", "face"),
        *("m", "f", "years"),
    ]
)
"""Words that leave the meaning of the words beside them as it is."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NUMBERED: Final = re.compile(r"(.*?)[_.\- ]?\d+")
_UNNAMED: Final = re.compile(r"unnamed: *\d+", re.IGNORECASE)
_MEMBERS_OF_A_VECTOR: Final = 3


def is_bookkeeping(column: str) -> bool:
    """Whether a column gives the origin of a row.

    Examples:
        >>> is_bookkeeping("Face_ID"), is_bookkeeping("Unnamed: 0"), is_bookkeeping("AU01_r")
        (True, True, False)
    """
    return column.lower() in BOOKKEEPING or is_unnamed(column) or column.startswith(NOMINAL)


def is_metadata(column: str) -> bool:
    """Whether a column gives the origin of a row, or is one of the challenge's metadata."""
    return is_bookkeeping(column) or column.lower() in METADATA_COLUMNS


def is_unnamed(column: str) -> bool:
    """Whether a column has no name, or the one that pandas makes up."""
    return not column or _UNNAMED.fullmatch(column) is not None


@lru_cache(maxsize=1 << 16)
def names_no_evidence(column: str) -> bool:
    """Whether a column's name says label, person, time, or bookkeeping, and not that it is the output of a model.

    Examples:
        >>> [names_no_evidence(name) for name in ("class_label", "speakerID", "frameTime", "valence_gt", "clip_id")]
        [True, True, True, True, True]
        >>> [names_no_evidence(name) for name in ("AU01_r", "emotion2vec_7", "class_prob_3", "hammarbergIndex")]
        [False, False, False, False]
    """
    if is_metadata(column):
        return True
    words = [word.lower() for word in _WORD.findall(column) if not word.isdecimal()]
    return (
        not _TRUTH.isdisjoint(words)
        or bool(_LAST.intersection(words[-1:]))
        or bool(_LABELS.intersection(words[:1]) and _VECTORS.isdisjoint(words))
        or (not _SUBJECTS.isdisjoint(words) and _SUBJECTS.union(_QUALIFIERS).issuperset(words))
    )


def evidence_among(columns: Sequence[str], choice: ColumnChoice | None = None) -> list[bool]:
    """Which columns are features by their names, except for those that a choice keeps or leaves out.

    Three or more numbered columns of one name, such as class_0 to class_7, are a vector and not left out.
    """
    choice = choice or ColumnChoice()
    return list(_evidence_among(tuple(columns), tuple(choice.keep), tuple(choice.leave_out)))


@lru_cache(maxsize=64)  # the files of an encoder have the same columns
def _evidence_among(columns: tuple[str, ...], keep: tuple[str, ...], leave_out: tuple[str, ...]) -> list[bool]:
    stems = Counter(match[1] for name in columns if (match := _NUMBERED.fullmatch(name)))

    def is_evidence(name: str) -> bool:
        if matches(name, keep):
            return True
        if matches(name, leave_out):
            return False
        numbered = _NUMBERED.fullmatch(name)
        is_vector = numbered is not None and numbered[1] != "" and stems[numbered[1]] >= _MEMBERS_OF_A_VECTOR
        return not names_no_evidence(name) or (is_vector and name.lower() not in METADATA_COLUMNS)

    return [is_evidence(name) for name in columns]


def matches(column: str, patterns: Collection[str]) -> bool:
    """Whether a column's name matches one of some patterns with `*` and `?`, upper and lower case alike."""
    return any(fnmatchcase(column.lower(), pattern.lower()) for pattern in patterns)
