"""Data of the clip browser in a page: truth, predictions, probabilities and weights of each clip, quantised.

Numbers are written as characters of `ALPHABET`, six bits each: two for a probability (steps of 1/4095), one for a
weight or a share of seeds (steps of 1/63). As lists of numbers in JSON they would take 1.7 times the room, and fewer
models would fit into a page of 2 MB.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from blemore_cli.core.labels import LABEL_CODES, N_LABELS, SET_OF_LABEL, SETS
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.clip_media import NO_MEDIA, PageMedia

ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
MOST_BYTES: Final = 1_400_000
"""Room for the browser's data in a page of 2 MB; models are taken in while there is room, the first one always."""


@dataclass(frozen=True)
class ClipData:
    """JSON, safe inside a `<script>` element; names of the models in it, and of those for which there was no room."""

    json: str
    shown: tuple[str, ...]
    left_out: tuple[str, ...]


def clip_data(
    clips: Clips, models: Sequence[LoadedModel], *, media: PageMedia = NO_MEDIA, most_bytes: int = MOST_BYTES
) -> ClipData:
    """Packs as many of the models, given in order of importance, as there is room for; media take no room of theirs."""
    names = {str(name) for model in models for name in model.clips.filename}
    shown_clips = clips.take(np.array([str(name) in names for name in clips.filename]))
    row = {str(name): i for i, name in enumerate(shown_clips.filename)}
    start = {"labels": LABEL_CODES, "sets": ["+".join(each) for each in SETS], "setOf": SET_OF_LABEL.tolist()}
    parts = [_json({**start, "alphabet": ALPHABET, **_clips(shown_clips)})]
    packed: list[str] = []
    for model in models:
        part = _json(_model(model, row))
        if packed and sum(map(len, [*parts, *packed, part])) > most_bytes:
            break
        packed.append(part)
    addresses = _json(_media(shown_clips, media))
    text = f'{parts[0][:-1]},"media":{addresses},"models":[{",".join(packed)}]}}'
    shown = [model.name for model in models]
    return ClipData(text, tuple(shown[: len(packed)]), tuple(shown[len(packed) :]))


def _clips(clips: Clips) -> dict[str, Any]:
    actors, actor = np.unique(clips.actor, return_inverse=True)
    return {
        "clips": clips.filename.tolist(),
        "actors": actors.tolist(),
        "actor": actor.tolist(),
        "label": characters(clips.label),
        "fold": clips.fold.tolist(),
    }


def _media(clips: Clips, media: PageMedia) -> dict[str, Any]:
    """The addresses of each kind in the order of the clips, of kinds that some clip has."""
    kinds, names = {"video": media.video, "sound": media.sound, "strip": media.strip}, clips.filename.tolist()
    return {kind: [of.get(name, "") for name in names] for kind, of in kinds.items() if of}


def _model(model: LoadedModel, row: dict[str, int]) -> dict[str, Any]:
    mean_prob = model.prob.mean(axis=0)
    rows = [row[str(name)] for name in model.clips.filename]
    return {
        "name": model.name,
        "run": model.run,
        "seeds": len(model.predicted),
        "rows": None if len(rows) == len(row) else rows,
        "prob": quantised(mean_prob, n_characters=2),
        "predicted": characters(majority(model.predicted, mean_prob)),
        "votes": characters(model.predicted.T),
        "encoders": model.encoders,
        "weight": quantised(model.weights.mean(axis=0), n_characters=1),
        "kept": quantised((model.weights > 0).mean(axis=0), n_characters=1),
        "sound": None if model.soundness is None else quantised(model.soundness.mean(axis=0), n_characters=1),
    }


def majority(predicted: Ints, prob: Floats) -> Ints:
    """The label that most seeds predict; among equally frequent ones the one with the larger mean probability.

    Args:
        predicted: (S, N) predicted labels.
        prob: (N, 36) mean probabilities.

    Returns:
        (N,) labels.

    Examples:
        >>> prob = np.zeros((1, 36)); prob[0, 3] = 1
        >>> majority(np.array([[0], [3]]), prob).tolist()
        [3]
    """
    votes = (predicted[..., None] == np.arange(N_LABELS)).sum(axis=0)
    return np.asarray((votes + prob / 2).argmax(axis=1))


def quantised(values: Floats, *, n_characters: int) -> str:
    """Writes values in [0, 1] by characters of six bits, the most significant first.

    Examples:
        >>> quantised(np.array([0.0, 1.0]), n_characters=2)
        'AA__'
    """
    steps = np.rint(np.clip(values, 0, 1) * (64**n_characters - 1)).astype(np.int64).ravel()
    digits = [steps >> 6 * position & 63 for position in reversed(range(n_characters))]
    return characters(np.stack(digits, axis=1))


def characters(values: Ints) -> str:
    """Writes whole numbers from 0 to 63, a character each.

    Examples:
        >>> characters(np.array([0, 26, 35]))
        'Aaj'
    """
    return np.frombuffer(ALPHABET.encode(), dtype="S1")[values.ravel()].tobytes().decode()


def _json(content: Any) -> str:
    """Compact JSON in ASCII; without `<` nothing in it can end the element or begin a comment."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
