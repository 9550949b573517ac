import pytest

from blemore_cli.data.features.modality import modality_of


@pytest.mark.parametrize(
    ("modality", "names"),
    [
        ("video", ["OpenFace", "clip", "ImageBind", "VideoMAEv2", "video_swin", "dinov2-b", "resnet50"]),
        ("audio", ["HuBERT", "WavLM-large", "wav2vec2.0", "eGeMAPSv02", "whisper", "imagebind_audio"]),
        ("av", ["hicmae_ce100", "av_hubert", "AVHuBERT", "audio-visual"]),
        (None, ["encoder1", "x"]),
    ],
)
def test_known_encoders(modality: str | None, names: list[str]) -> None:
    assert {modality_of(name) for name in names} == {modality}
