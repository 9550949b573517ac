"""Planted features: a few informative encoders for each clip, recognisable from the features of the encoder alone.

The features x of encoder e for a clip of label y, decoy label z and actor a, with noise of unit variance, are

    informative:  x = A_e c(y) + m_e + s_ea + noise
    misleading:   x = A_e c(z) - m_e + s_ea + noise
    uninformed:   x =          - m_e + s_ea + noise

where c(y) describes a label, A_e is a random linear map, m_e the encoder's marker of quality and s_ea the style of
an actor. All encoders that mislead about a clip agree on its decoy, so averaging over encoders does not silence it.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from blemore_cli.core.choices import Modality
from blemore_cli.core.labels import LABELS, N_EMOTIONS, N_LABELS, N_SETS, SALIENCE, SET_OF_LABEL
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats, Ints

Layout = Literal["static npz", "clip npy", "frame npy", "frame csv", "table csv"]


@dataclass(frozen=True)
class PlantedEncoder:
    """One encoder of the example.

    Attributes:
        name: A name as participants use it.
        d: Width D of the features of a clip, or of a frame.
        modality: Video, audio or both.
        layout: The kind of files that it is written as.
        missing_share: Share of the clips that it has no features for, in [0, 1).
    """

    name: str
    d: int
    modality: Modality
    layout: Layout
    missing_share: float = 0.0


PLANTED_ENCODERS: Final = (
    PlantedEncoder("clip_vit", 192, "video", "static npz"),
    PlantedEncoder("dinov2", 96, "video", "static npz"),
    PlantedEncoder("egemaps", 88, "audio", "table csv"),
    PlantedEncoder("hicmae", 42, "av", "static npz"),
    PlantedEncoder("hubert", 24, "audio", "frame npy"),
    PlantedEncoder("imagebind", 256, "av", "static npz"),
    PlantedEncoder("openface", 17, "video", "frame csv", missing_share=0.05),
    PlantedEncoder("swin", 128, "video", "clip npy"),
    PlantedEncoder("videomae", 160, "video", "static npz"),
    PlantedEncoder("wav2vec2", 112, "audio", "static npz"),
    PlantedEncoder("wavlm", 144, "audio", "static npz"),
    PlantedEncoder("whisper", 64, "audio", "static npz"),
)

N_INFORMATIVE: Final = 3
MISLEADING_PROB: Final = 0.4
LABEL_NORM: Final = 5.0
MARKER_NORM: Final = 2.5
STYLE_NORM: Final = 1.5
PAIR_WEIGHT: Final = 0.7
RATIO_WEIGHT: Final = 2.0


@dataclass(frozen=True)
class Planting:
    """Presence and informativeness of E encoders for N clips.

    Attributes:
        present: (N, E) whether the encoder has features for the clip.
        informative: (N, E) whether they carry the clip's label; never where absent.
        misleading: (N, E) whether they carry its decoy label.
        decoy: (N,) a label other than the clip's, a position in `labels.LABELS`.
    """

    present: Bools
    informative: Bools
    misleading: Bools
    decoy: Ints


def plant(label: Ints, encoders: tuple[PlantedEncoder, ...], seed: int) -> Planting:
    """Draws which of E encoders are present, informative and misleading for N clips, whose labels (N,) are given."""
    generator = numpy_generator(seed, "example", "planting")
    shape = len(label), len(encoders)
    present = np.stack([_presence(len(label), encoder, generator) for encoder in encoders], axis=1)
    rank = np.where(present, generator.random(shape), np.inf).argsort(axis=1).argsort(axis=1)
    informative = (rank < N_INFORMATIVE) & present
    return Planting(
        present=present,
        informative=informative,
        misleading=present & ~informative & (generator.random(shape) < MISLEADING_PROB),
        decoy=(label + generator.integers(1, N_LABELS, len(label))) % N_LABELS,
    )


def _presence(n_clips: int, encoder: PlantedEncoder, generator: np.random.Generator) -> Bools:
    """(N,) exactly the encoder's share of the clips is missing, rounded up."""
    present = np.ones(n_clips, dtype=bool)
    present[generator.permutation(n_clips)[: int(np.ceil(encoder.missing_share * n_clips))]] = False
    return present


def planted_features(
    clips: pd.DataFrame, planting: Planting, encoder: PlantedEncoder, position: int, seed: int
) -> NDArray[np.float32]:
    """Features (N, D) of the encoder at a position of the planting for N designed clips; meaningless where absent."""
    generator = numpy_generator(seed, "example", "features", encoder.name)
    code = label_descriptions()
    embedding = LABEL_NORM * code @ _directions(code.shape[1], encoder.d, generator)
    marker = MARKER_NORM * _directions(1, encoder.d, generator)
    actors, actor = np.unique(clips["video_id"].to_numpy(dtype=np.str_), return_inverse=True)
    style = STYLE_NORM * _directions(len(actors), encoder.d, generator)
    informative, misleading = planting.informative[:, position, None], planting.misleading[:, position, None]
    features = generator.standard_normal((len(clips), encoder.d)) + style[actor]
    features += np.where(informative, marker + embedding[clips["label"]], -marker)
    features += np.where(misleading, embedding[planting.decoy], 0)
    return features.astype(np.float32)


def label_descriptions() -> Floats:
    """Describes (36, 26) the permitted labels by salience, pair and ratio: centred, of unit root mean square length.

    Pair and ratio let a linear read-out distinguish a blend from the mean of its parts, and 70/30 from 30/70.
    """
    pair = (SET_OF_LABEL[:, None] == np.arange(N_EMOTIONS, N_SETS)).astype(np.float64)
    lead = np.array([label.saliences_pct[0] / 100 - 0.5 for label in LABELS])
    description = np.hstack([SALIENCE, PAIR_WEIGHT * pair, RATIO_WEIGHT * pair * lead[:, None]])
    description -= description.mean(axis=0)
    return np.asarray(description / np.sqrt(np.mean(np.sum(description**2, axis=1))))


def _directions(n: int, d: int, generator: np.random.Generator) -> Floats:
    """(n, d) random vectors of about unit length."""
    return np.asarray(generator.standard_normal((n, d)) / np.sqrt(d))
