"""The whole configuration on one page: every key, its default, its range, and the comment that explains it.

`blemore.yaml` holds these keys, `--set section.key=value` overrides them, and each run folder keeps the resolved ones.
The comments stand beside the keys in what `blemore init` writes and in `examples/blemore.yaml`.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Final, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NonNegativeInt, PlainSerializer, PlainValidator
from pydantic_core import PydanticCustomError

from blemore_cli.core.choices import (
    AUTO,
    Adaptation,
    Aggregate,
    Criterion,
    DecodeMethod,
    FaceChoice,
    Family,
    FusionRule,
    GateRule,
    Heads,
    MatchPrior,
    Missing,
    Modality,
    Optimiser,
    Protocol,
    Selection,
    ShiftRule,
    Standardize,
    TopN,
    current_name,
)
from blemore_cli.core.registry import name_of

PositiveInt = Annotated[int, Field(ge=1)]
PositiveFloat = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegativeFloat = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]
EncoderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=100)]


def kept_encoders(value: object) -> TopN:
    """Reads a number of encoders, or `auto`, as YAML and flags give them.

    Raises:
        PydanticCustomError: If it is neither.

    Examples:
        >>> kept_encoders("3"), kept_encoders("auto")
        (3, 'auto')
    """
    if value == AUTO:
        return "auto"
    if isinstance(value, (int, str)) and not isinstance(value, bool) and str(value).isdecimal() and int(value) > 0:
        return int(value)
    raise PydanticCustomError("top_n", "must be a whole number, 1 or more, or auto")


def layer_text(value: object) -> str:
    """Reads a choice of layers, as YAML and flags give it.

    Raises:
        PydanticCustomError: If it is none.

    Examples:
        >>> layer_text("mean:6-12"), layer_text(-1), layer_text([6, 8])
        ('mean:6-12', '-1', '6,8')
    """
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    part = r"-?\d{1,4}(--?\d{1,4})?"
    if isinstance(value, bool) or not re.fullmatch(rf"(mean:)?(all|{part}(,{part})*)", text.replace(" ", "")):
        raise PydanticCustomError("layers", "must be layers such as 6-12, 6,8,10, -1 or all, or their mean, mean:6-12")
    return text.replace(" ", "")


AS_TEXT: Final = PlainSerializer(str)
GateName = Annotated[GateRule, name_of("model.gate", get_args(GateRule)), AS_TEXT]
FusionName = Annotated[FusionRule, name_of("model.fusion", get_args(FusionRule)), AS_TEXT]
NamedHeads = Annotated[Heads, name_of("model.heads", get_args(Heads)), BeforeValidator(current_name), AS_TEXT]
AdapterName = Annotated[Adaptation, name_of("adapt.method", get_args(Adaptation)), AS_TEXT]
Options = dict[str, bool | int | float | str]
LayerText = Annotated[str, PlainValidator(layer_text)]
KeptEncoders = Annotated[TopN, PlainValidator(kept_encoders)]


class Section(BaseModel):
    """A part of the configuration; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def _key(default: Any, comment: str) -> Any:
    """A key with its default, and the comment that explains it."""
    return Field(default=default, description=comment)


class ColumnChoice(Section):
    """Columns of one encoder that are features, or are not, whatever their names and values say.

    Both are names, or patterns with `*` and `?`; columns without a name are called by their number, from 0.
    """

    keep: list[str] = _key([], "features; this wins over leave_out")
    leave_out: list[str] = _key([], "no features; `*` here leaves those of keep alone")


def face_choice(value: object) -> FaceChoice:
    """Reads a `face_id`, `error` or `most_frames`, as YAML and flags give them.

    Raises:
        PydanticCustomError: If it is none of these.

    Examples:
        >>> face_choice("1"), face_choice("most_frames")
        (1, 'most_frames')
    """
    if value == "error":
        return "error"
    if value == "most_frames":
        return "most_frames"
    if isinstance(value, (int, str)) and not isinstance(value, bool) and str(value).isdecimal():
        return int(value)
    raise PydanticCustomError("face", "must be error, most_frames, or a face_id, 0 or more")


class DataConfig(Section):
    """Where the features and labels are, and how they become one index."""

    features: list[Path] = _key([], "files, folders of one encoder, folders of encoders, an index")
    train_metadata: Path | None = _key(None, "the organisers' CSV; null: labels are read from the clips' names")
    test_metadata: Path | None = _key(None, "the test clips' names; null: there are no test clips")
    index: Path = _key(Path("index.h5"), "the one file that `blemore index` writes and the other commands read")
    aggregate: Aggregate = _key("stats7", "stats7 | meanstd | mean | none: how the frames of a clip become one row")
    layers: LayerText | None = _key(
        None, "layers of files [L, T, D], an encoder each: 6-12 | 6,8 | -1 | all; mean:6-12 is their mean"
    )
    missing: Missing = _key("error", "error | mask: refuse clips that an encoder lacks, or leave the encoder out there")
    encoders: dict[EncoderName, Path | Annotated[list[Path], Field(min_length=1)]] = _key(
        {},
        "single encoders by name, as {clip_vit: ../clip/vit_large_static_features.npz}; [A, B] where they are in two",
    )
    modality: dict[EncoderName, Modality] = _key(
        {}, "video | audio | av where the name leaves it open, as {imagebind: av}"
    )
    columns: dict[EncoderName, ColumnChoice] = _key(
        {}, "features or not, whatever their names, as {egemaps: {keep: [F0*], leave_out: [rate]}}"
    )
    min_confidence: Share = _key(0.0, "frames whose `confidence` is lower are left out, as those of success 0")
    face: Annotated[FaceChoice, PlainValidator(face_choice)] = _key(
        "error", "error | most_frames | a face_id: whose frames count in a clip with several faces"
    )
    allow_actor_overlap: bool = _key(False, "true accepts an actor in two folds, which makes scores optimistic")
    allow_name_conflicts: bool = _key(
        False, "true believes the metadata where it contradicts the actor or the label in a clip's name"
    )
    jobs: NonNegativeInt = _key(0, "processes that read frame-level features; 0 is one for each core")

    @property
    def named_places(self) -> dict[str, list[Path]]:
        """The paths of each encoder that is given by name."""
        return {name: list(places) if isinstance(places, list) else [places] for name, places in self.encoders.items()}


class ExtractConfig(Section):
    """Extraction of features from media files."""

    media: list[Path] = _key([], "folders of the clips' video and sound files")
    out: Path = _key(Path("features"), "folder of a folder of features for each encoder")
    encoders: dict[EncoderName, Options] = _key(
        {},
        "encoders with their options, as {egemaps: {}, face: {fps: 5}, wavlm: {model: models/wavlm, layer: all}}",
    )
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = _key("auto", "auto | cpu | cuda | cuda:N")
    jobs: NonNegativeInt = _key(0, "processes; 0 is one for each core")


class ModelConfig(Section):
    """The network: sizes, the gate, the selection of encoders, and the heads."""

    family: Family = _key("gated", "gated | linear | mlp256 | mlp512 | logistic | frequent_single | frequent_blend")
    heads: NamedHeads = _key(
        "decoupled", "decoupled | softmax_labels | mixture (of both) | softmax_emotions (decode.method: thresholds)"
    )
    heads_options: Options = _key({}, "hyperparameters of the heads, by name, where they have any")
    reduce: Annotated[str, Field(pattern=r"^(auto|none|pca:[1-9]\d{0,4})$")] = _key(
        "auto",
        "auto (64 components of encoders with more columns than clips, if an inner fold loses nothing) | "
        "none | pca:K: keep the first K principal components of wider encoders",
    )
    d_latent: PositiveInt = _key(32, "width of the latent space that all encoders are projected into")
    d_gate: PositiveInt = _key(16, "width of the gate's own projection of the features")
    gate: GateName = _key(
        "attention", "attention | quality (which sees the energy of an input, too), or one that is registered in Python"
    )
    gate_options: Options = _key({}, "hyperparameters of the gate, by name, where it has any")
    gate_view: list[EncoderName] = _key(
        [], "encoders that the gate reads where latents are fused; empty: each that it scores. A view saves extraction"
    )
    selection: Selection = _key(
        "learned",
        "learned | random | fixed | full | mean; of fusion evidence also quality | gate | neighbours | greedy",
    )
    top_n: KeptEncoders = _key(3, "encoders kept for each clip, or auto: learned; full and mean keep all of them")
    fusion: FusionName = _key(
        "evidence",
        "evidence (robust pool of the encoders' distributions) | weighted (mean latent) | rank (weights by place) | "
        "concat (latents side by side, best first) | transformer (attention among latents) | pool (weighted product)",
    )
    fusion_options: Options = _key({}, "hyperparameters of the fusion, by name, where it has any")
    temperature: PositiveFloat = _key(1.0, "of the fusion weights: larger is closer to equal weights")
    dropout: Share = _key(0.4, "share of the fused latents dropped in training, 0 or more and below 1")
    encoders: list[EncoderName] = _key([], "use these encoders of the index only; empty is all")


class TrainConfig(Section):
    """Optimisation, and what the inner folds choose."""

    seed: NonNegativeInt = _key(0, "of every random stream")
    protocol: Protocol = _key("nested", "nested | official: epochs and thresholds chosen on the fold that is scored")
    choose_by: Criterion = _key("loss", "loss | score: what the inner folds choose the number of epochs by")
    max_epochs: PositiveInt = _key(20, "most epochs; the inner folds choose how many of them are used")
    batch_size: PositiveInt = _key(64, "clips")
    optimiser: Optimiser = _key("adamw", "adamw | adam (whose weight decay is part of the gradient)")
    learning_rate: PositiveFloat = _key(4e-3, "of the optimiser")
    weight_decay: NonNegativeFloat = _key(1.0, "of the optimiser")
    weight_averaging: bool = _key(True, "predict with the running average of the weights; false takes the last ones")
    warmup_epochs: NonNegativeInt = _key(3, "epochs that fuse every encoder before the gate selects")
    exploration: NonNegativeFloat = _key(1.0, "scale of the Gumbel noise on the gate's scores in training; 0 is none")
    balance: NonNegativeFloat = _key(
        0.0, "weight of the loss that keeps a gate in training from favouring few; 0 is none"
    )
    second_stage: bool = _key(True, "fit the gate to what inner trainings found useful in clips that they left out")
    standardize: Standardize = _key(
        "split",
        "split: within each fold and the test clips | global: by the training clips alone | "
        "person: within each person (a separate track; every clip needs a video_id)",
    )
    clamp_sd: PositiveFloat = _key(6.0, "standardised features are clamped to this many standard deviations")
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = _key("auto", "auto | cpu | cuda | cuda:N")
    threads: PositiveInt = _key(1, "threads of each process; more is slower for models of this size")
    jobs: NonNegativeInt = _key(0, "processes; 0 is one for each core")


class AdaptConfig(Section):
    """Adaptation to the unlabelled rows that the model will predict: of its encoders, and of its fused latents."""

    shift: ShiftRule = _key(
        "drop", "drop | downweight | none: encoders whose predicted clips are unlike the training's"
    )
    method: AdapterName = _key("none", "none | coral | mmd | dann: align the latents with those of the predicted clips")
    options: Options = _key({}, "hyperparameters of the method, by name: d_hidden: 32 of dann")
    weight: NonNegativeFloat = _key(1.0, "of the adaptation loss")
    warmup_epochs: NonNegativeInt = _key(3, "epochs in which its weight grows from zero")


class DecodeConfig(Section):
    """How a distribution over the permitted labels becomes one label."""

    method: DecodeMethod = _key("expected_score", "expected_score | thresholds (the organisers' alpha and beta)")
    match_prior: MatchPrior = _key(
        "none", "none | split | person: groups whose label shares are matched (a separate track)"
    )


class Config(Section):
    """Everything a command needs to know. Relative paths are relative to the folder of `blemore.yaml`."""

    runs: Path = _key(Path("runs"), "folder of the run folders")
    cost: dict[EncoderName, PositiveFloat] = _key(
        {}, "of encoders, for model.selection greedy, as {videomae: 5, egemaps: 0.5}; 1 where none is given"
    )
    data: DataConfig = DataConfig()
    extract: ExtractConfig = ExtractConfig()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    adapt: AdaptConfig = AdaptConfig()
    decode: DecodeConfig = DecodeConfig()


SECTIONS: Final[dict[str, type[Section]]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
"""The class of each section, such as `train`."""

FIELDS: Final = {
    **{name: field for name, field in Config.model_fields.items() if name not in SECTIONS},
    **{f"{name}.{key}": field for name, section in SECTIONS.items() for key, field in section.model_fields.items()},
}
"""The declaration of every key, by its dotted name."""
