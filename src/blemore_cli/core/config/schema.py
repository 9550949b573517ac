"""The whole configuration on one page: every key, its default and its range.

`blemore.yaml` holds these keys, `--set section.key=value` overrides them, and each run folder keeps the resolved ones.
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic_core import PydanticCustomError

from blemore_cli.core.choices import (
    AUTO,
    Adaptation,
    Aggregate,
    Criterion,
    DecodeMethod,
    Family,
    Heads,
    LatentFusion,
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


NamedHeads = Annotated[Heads, BeforeValidator(current_name)]
KeptEncoders = Annotated[TopN, PlainValidator(kept_encoders)]


class Section(BaseModel):
    """A part of the configuration; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class DataConfig(Section):
    """Where the features and labels are, and how they become one index."""

    features: list[Path] = []
    train_metadata: Path | None = None
    test_metadata: Path | None = None
    index: Path = Path("index.h5")
    aggregate: Aggregate = "stats7"
    missing: Missing = "error"
    encoders: dict[EncoderName, Path] = {}
    modality: dict[EncoderName, Modality] = {}
    allow_actor_overlap: bool = False
    jobs: Annotated[int, Field(ge=0)] = 0


class ModelConfig(Section):
    """The network: sizes, the gate, the selection of encoders, and the heads."""

    family: Family = "gated"
    heads: NamedHeads = "decoupled"
    reduce: Annotated[str, Field(pattern=r"^(none|pca:[1-9]\d{0,4})$")] = "none"
    d_latent: PositiveInt = 32
    d_gate: PositiveInt = 16
    gate_view: list[EncoderName] = []
    selection: Selection = "learned"
    top_n: KeptEncoders = 3
    fusion: LatentFusion = "weighted"
    temperature: PositiveFloat = 1.0
    dropout: Share = 0.4
    encoders: list[EncoderName] = []


class TrainConfig(Section):
    """Optimisation, and what the inner folds choose."""

    seed: Annotated[int, Field(ge=0)] = 0
    protocol: Protocol = "nested"
    choose_by: Criterion = "loss"
    max_epochs: PositiveInt = 20
    batch_size: PositiveInt = 64
    optimiser: Optimiser = "adamw"
    learning_rate: PositiveFloat = 4e-3
    weight_decay: NonNegativeFloat = 1.0
    weight_averaging: bool = True
    warmup_epochs: Annotated[int, Field(ge=0)] = 3
    exploration: NonNegativeFloat = 1.0
    balance: NonNegativeFloat = 0.0
    second_stage: bool = True
    standardize: Standardize = "split"
    clamp_sd: PositiveFloat = 6.0
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = "auto"
    threads: PositiveInt = 1
    jobs: Annotated[int, Field(ge=0)] = 0


class AdaptConfig(Section):
    """Adaptation to the unlabelled rows that the model will predict: of its encoders, and of its fused latents."""

    shift: ShiftRule = "drop"
    method: Adaptation = "none"
    weight: NonNegativeFloat = 1.0
    warmup_epochs: Annotated[int, Field(ge=0)] = 3


class DecodeConfig(Section):
    """How a distribution over the permitted labels becomes one label."""

    method: DecodeMethod = "expected_score"
    match_prior: MatchPrior = "none"


class Config(Section):
    """Everything a command needs to know. Relative paths are relative to the folder of `blemore.yaml`."""

    runs: Path = Path("runs")
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    adapt: AdaptConfig = AdaptConfig()
    decode: DecodeConfig = DecodeConfig()
