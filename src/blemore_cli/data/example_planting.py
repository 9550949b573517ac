"""The planted features: for each clip a few encoders carry its label, and only their own features tell which.

Feature vector of encoder e for clip i, with label y_i, decoy label z_i and actor a_i:

    informative   x = A_e c(y_i) + m_e + s_(e, a_i) + noise
    misleading    x = A_e c(z_i) - m_e + s_(e, a_i) + noise
    noise         x =            - m_e + s_(e, a_i) + noise

where c(y) describes a label, A_e is a random linear map, m_e a quality marker of the encoder's own, s an actor's style.
All encoders that mislead about a clip agree on its decoy: averaging over the encoders does not silence them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from blemore_cli.core.labels import IS_BLEND, N_LABELS, N_SETS, SALIENCE, SET_OF_LABEL
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools, Floats, Ints, Modality

Layout = Literal["npz", "clip npy", "frame npy", "frame csv", "table csv"]


@dataclass(frozen=True)
class PlantedEncoder:
    """One encoder of the example.

    Attributes:
        name: Its name, as in the challenge.
        d: Width of a clip's (or frame's) features.
        modality: What it looks at.
        layout: The files that it is written as.
        missing_share: Share of the clips that it has no features for.
    """

    name: str
    d: int
    modality: Modality
    layout: Layout
    missing_share: float = 0.0


PLANTED_ENCODERS: Final = (
    PlantedEncoder("clip_vit", 192, "video", "npz"),
    PlantedEncoder("videomae", 160, "video", "npz"),
    PlantedEncoder("swin", 128, "video", "clip npy"),
    PlantedEncoder("dinov2", 96, "video", "npz"),
    PlantedEncoder("openface", 17, "video", "frame csv", missing_share=0.05),
    PlantedEncoder("imagebind", 256, "av", "npz"),
    PlantedEncoder("hicmae", 42, "av", "npz"),
    PlantedEncoder("hubert", 24, "audio", "frame npy"),
    PlantedEncoder("wavlm", 144, "audio", "npz"),
    PlantedEncoder("wav2vec2", 112, "audio", "npz"),
    PlantedEncoder("whisper", 64, "audio", "npz"),
    PlantedEncoder("egemaps", 88, "audio", "table csv"),
)

N_INFORMATIVE: Final = 3
MISLEADING_SHARE: Final = 0.4
LABEL_STRENGTH: Final = 2.2
MARKER_STRENGTH: Final = 2.5
ACTOR_STRENGTH: Final = 1.5
