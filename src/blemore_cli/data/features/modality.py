"""Modality of an encoder, guessed from its name."""

import re
from types import MappingProxyType
from typing import Final

from blemore_cli.core.choices import Modality

KNOWN_NAMES: Final = MappingProxyType[Modality, str](
    {
        "av": "hicmae|avhubert|audiovi[sd]|multimodal",
        "audio": "audio|speech|voice|hubert|wavlm|wav2vec|data2vec|emotion2vec|xlsr|whisper|egemaps|opensmile|compare|"
        "mfcc|clap|vggish|panns",
        "video": "video|visual|face|clip|imagebind|swin|vit|dino|resnet|convnext|efficientnet|marlin|emonet|i3d|"
        "timesformer|landmark|pose",
    }
)
"""Parts of encoder names by modality, looked up in this order: `avhubert` is not `hubert`."""


def modality_of(name: str) -> Modality | None:
    """Guesses the modality of an encoder from its name; none where no known name is part of it.

    Examples:
        >>> modality_of("VideoMAEv2_large"), modality_of("av-hubert"), modality_of("WavLM"), modality_of("mystery")
        ('video', 'av', 'audio', None)
    """
    letters = re.sub(r"[^a-z0-9]", "", name.lower())
    return next((modality for modality, known in KNOWN_NAMES.items() if re.search(known, letters)), None)
