"""The challenge's JSON format of predictions, read strictly and written as the organisers' template is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

from blemore_cli.core.errors import DataError, SubmissionError
from blemore_cli.core.labels import EMOTIONS, LABELS, label_index
from blemore_cli.data.metadata.clip_names import is_clip_name

_FORMAT: Final = '{"predictions": {"test_0001.mov": [{"emotion": "sad", "salience": 100.0}], ...}}'


def parse_challenge_json(content: bytes, path: Path) -> dict[str, int]:
    """Reads predictions in the challenge's format, refusing whatever is not exactly a permitted label.

    Returns:
        Position in `labels.LABELS` of each name, with the names and order of the file.

    Raises:
        SubmissionError: Naming file and clip, the rule, and what the organisers' code would have made of it.

    Examples:
        >>> parse_challenge_json(b'{"predictions": {"test_0001.mov": [{"emotion": "sad", "salience": 100}]}}', Path())
        {'test_0001.mov': 4}
    """
    document = _document(content, path)
    if not (isinstance(document, dict) and set(document) == {"predictions"}):
        raise SubmissionError(f"{path}: must be {_FORMAT}, got {_shown(document)}", fix="Use the template's layout.")
    predictions = document["predictions"]
    if not (isinstance(predictions, dict) and predictions):
        raise SubmissionError(
            f"{path}: predictions must name at least one clip, got {_shown(predictions)}; the organisers' code would "
            "average over nothing and give NaN",
            fix="Predict every clip.",
        )
    return {name: _label(entries, name, path) for name, entries in predictions.items()}


def challenge_json(labels: Mapping[str, int]) -> str:
    """Writes predictions in the challenge's format, byte for byte in the style of the organisers' template.

    Args:
        labels: Position in `labels.LABELS` of each name; names carry their `.mov`.

    Returns:
        JSON text, indented by four spaces, without a final line break.

    Examples:
        >>> " ".join(challenge_json({"test_0001.mov": 4}).split())
        '{ "predictions": { "test_0001.mov": [ { "emotion": "sad", "salience": 100.0 } ] } }'
    """
    return json.dumps({"predictions": {name: _entries(label) for name, label in labels.items()}}, indent=4)


def _entries(label: int) -> list[dict[str, str | float]]:
    """The template gives singles the float 100.0 and blends whole numbers."""
    emotions = LABELS[label].emotions
    saliences = LABELS[label].saliences_pct if len(emotions) > 1 else (100.0,)
    return [{"emotion": name, "salience": percent} for name, percent in zip(emotions, saliences, strict=True)]


def _document(content: bytes, path: Path) -> Any:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, value in pairs:
            if key in members:
                raise SubmissionError(
                    f"{path}: a name must appear once in a JSON object, got {_shown(key)} more than once; the "
                    "organisers' code would silently take the last",
                    fix="Remove the repetition.",
                )
            members[key] = value
        return members

    def no_constant(constant: str) -> NoReturn:
        raise SubmissionError(
            f"{path}: JSON has no {constant}; the organisers' code would read it, and it equals no salience",
            fix="Give saliences as percents.",
        )

    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise SubmissionError(f"{path}: must be JSON in UTF-8: {reason}", fix=f"The format is {_FORMAT}.") from None


def _label(entries: Any, name: str, path: Path) -> int:
    place = f"{path}, clip {_shown(name)}"
    if not is_clip_name(name):
        _refuse(place, "a clip's name must be a plain file name", _shown(name), "would not find the clip and stop")
    if not isinstance(entries, list):
        _refuse(place, "a prediction must be a list of emotions", _shown(entries), "would stop")
    if len(entries) not in (1, 2):
        _refuse(place, "a prediction must have one or two emotions", str(len(entries)), "would count it as wrong")
    pairs = [_emotion_and_salience(entry, place) for entry in entries]
    saliences = dict(pairs)
    if len(saliences) < len(pairs):
        got = " + ".join(f"{emotion} {value:g}" for emotion, value in pairs)
        _refuse(place, "the two emotions must differ", got, f"would take it for the single {pairs[0][0]}")
    try:
        return label_index(saliences)
    except DataError as error:
        note = f"the organisers' code {_made_of(saliences)}"
        raise SubmissionError(f"{place}: {error.message}; {note}", fix=error.fix) from None


def _emotion_and_salience(entry: Any, place: str) -> tuple[str, float]:
    if not (isinstance(entry, dict) and set(entry) == {"emotion", "salience"}):
        _refuse(place, "an emotion must be an object of emotion and salience", _shown(entry), "may stop or ignore it")
    emotion, salience = entry["emotion"], entry["salience"]
    if emotion not in EMOTIONS:
        _refuse(place, f"an emotion must be one of {' '.join(EMOTIONS)}", _shown(emotion), "would count it as wrong")
    if isinstance(salience, bool) or not isinstance(salience, int | float):
        _refuse(place, "a salience must be a number", _shown(salience), "would stop or misread it")
    if not 0 < salience <= 100:
        _refuse(place, "a salience must be in (0, 100] percent", _shown(salience), "would never find it equal")
    return emotion, float(salience)


def _made_of(saliences: Mapping[str, float]) -> str:
    """What becomes of emotions that are no permitted label, by `accuracy_funcs.py` of BlEmoRe/blemore-common."""
    if len(saliences) == 1:
        return "does not look at the salience of a single"
    if "neu" in saliences:
        return "would count it as wrong for every clip"
    return "compares rounded percents exactly and would score its salience 0 for any other configuration"


def _refuse(place: str, requirement: str, got: str, theirs: str) -> NoReturn:
    raise SubmissionError(
        f"{place}: {requirement}, got {got}; the organisers' code {theirs}",
        fix='Give one emotion at 100, or two at 50/50, 70/30 or 30/70, as {"emotion": "sad", "salience": 100.0}.',
    )


def _shown(value: Any) -> str:
    """A value for a message: its start, on one line, printable."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    try:
        text = ascii(value)
    except ValueError:  # an integer of thousands of digits
        return "a huge number"
    return text if len(text) <= 60 else f"{text[:57]}..."
