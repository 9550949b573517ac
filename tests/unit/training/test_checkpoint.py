import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from blemore_cli.core.choices import Family, Heads
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training.checkpoint import Checkpoint, check_fits, load_checkpoint, predict_rows, save_checkpoint
from blemore_cli.training.scaler import fit_scaler

ROWS = np.arange(320)


@pytest.fixture
def checkpoint(tiny_table: FeatureTable) -> Checkpoint:
    network = BlemoreNetwork(Architecture(tiny_table.widths, top_n=2), generator=torch.Generator().manual_seed(0))
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6)
    decoder = Decoder("expected_score", 0.54, 0.1, 0.2)
    return Checkpoint(
        network=network,
        scaler=scaler,
        decoder=decoder,
        encoders=tiny_table.names,
        fold=1,
        target="test",
        seed=7,
        n_epochs=12,
        index_sha256=tiny_table.index_sha256,
    )


def test_a_loaded_checkpoint_predicts_the_same_bytes(
    checkpoint: Checkpoint, tiny_table: FeatureTable, tmp_path: Path
) -> None:
    save_checkpoint(tmp_path, checkpoint)
    loaded = load_checkpoint(tmp_path)
    check_fits(loaded, tiny_table)
    assert (loaded.decoder, loaded.encoders) == (checkpoint.decoder, checkpoint.encoders)
    assert (loaded.fold, loaded.target, loaded.seed, loaded.n_epochs) == (1, "test", 7, 12)
    before, after = (predict_rows(each, tiny_table, ROWS) for each in (checkpoint, loaded))
    np.testing.assert_array_equal(before.prob, after.prob)
    np.testing.assert_array_equal(before.weights, after.weights)


@pytest.mark.parametrize(
    ("family", "heads"), [("mlp256", "softmax_emotions"), ("linear", "decoupled"), ("logistic", "softmax_labels")]
)
def test_baselines_come_back_too(
    checkpoint: Checkpoint, tiny_table: FeatureTable, tmp_path: Path, family: Family, heads: Heads
) -> None:
    architecture = Architecture(tiny_table.widths, family=family, heads=heads)
    network = build_network(architecture, generator=torch.Generator().manual_seed(0))
    saved = replace(checkpoint, network=network)
    save_checkpoint(tmp_path, saved)
    before, after = (predict_rows(each, tiny_table, ROWS) for each in (saved, load_checkpoint(tmp_path)))
    np.testing.assert_array_equal(before.prob, after.prob)


def test_the_merit_of_the_fixed_selection_comes_back(
    checkpoint: Checkpoint, tiny_table: FeatureTable, tmp_path: Path
) -> None:
    architecture = Architecture(tiny_table.widths, selection="fixed", top_n=1)
    network = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(0))
    network.select.merit.copy_(torch.tensor([0.1, 0.3, 0.2]))
    save_checkpoint(tmp_path, replace(checkpoint, network=network))
    kept = predict_rows(load_checkpoint(tmp_path), tiny_table, ROWS).weights > 0
    assert (kept == [False, True, False]).all()


def test_an_index_that_does_not_fit_is_refused(checkpoint: Checkpoint, tiny_table: FeatureTable) -> None:
    with pytest.raises(ArtefactError, match="sha256"):
        check_fits(checkpoint, replace(tiny_table, index_sha256="1" * 64))
    with pytest.raises(ArtefactError, match="needs encoders"):
        check_fits(checkpoint, replace(tiny_table, names=("face", "voice", "other")))


@pytest.fixture
def reduced(checkpoint: Checkpoint, tiny_table: FeatureTable) -> Checkpoint:
    """A checkpoint whose second encoder is reduced from 12 columns to 8."""
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6, reduce="pca:8")
    network = BlemoreNetwork(Architecture(scaler.widths, top_n=2), generator=torch.Generator().manual_seed(0))
    return replace(checkpoint, network=network, scaler=scaler)


def test_principal_components_come_back_and_the_index_keeps_its_widths(
    reduced: Checkpoint, tiny_table: FeatureTable, tmp_path: Path
) -> None:
    save_checkpoint(tmp_path, reduced)
    loaded = load_checkpoint(tmp_path)
    check_fits(loaded, tiny_table)
    assert loaded.network.architecture.widths == loaded.scaler.widths == (8, 8, 5)
    assert loaded.scaler.raw_widths == (8, 12, 5)
    for before, after in zip(reduced.scaler.components, loaded.scaler.components, strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(
        predict_rows(reduced, tiny_table, ROWS).prob, predict_rows(loaded, tiny_table, ROWS).prob
    )


@pytest.mark.parametrize("content", [None, b"", b"damaged" * 99])
def test_components_of_a_file_that_changes_while_it_is_used_are_refused(
    reduced: Checkpoint, tmp_path: Path, content: bytes | None
) -> None:
    save_checkpoint(tmp_path, reduced)
    loaded = load_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(ArtefactError, match=r"model.safetensors must stay as it was"):
        loaded.scaler.components_of(1)
    assert loaded.scaler.components_of(0) is None


def test_an_index_of_the_reduced_widths_is_refused(reduced: Checkpoint, tiny_table: FeatureTable) -> None:
    narrow = tuple(matrix[:, :8] for matrix in tiny_table.features)
    with pytest.raises(ArtefactError, match=r"'voice': 12.*'voice': 8"):
        check_fits(reduced, replace(tiny_table, features=narrow))


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("components", None),
        ("components", (12, 7)),
        ("components", (11, 8)),
        ("components", (12,)),
        ("mean", None),
        ("deviation", (11,)),
    ],
)
def test_a_scaler_that_does_not_fit_the_network_is_refused(
    reduced: Checkpoint, tmp_path: Path, key: str, shape: tuple[int, ...] | None
) -> None:
    save_checkpoint(tmp_path, reduced)
    tensors = load_file(tmp_path / "model.safetensors")
    del tensors[f"scaler.1.{key}"]
    if shape is not None:
        tensors[f"scaler.1.{key}"] = torch.ones(shape)
    save_file(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ArtefactError, match="scaler"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("version", [1, 2, "3"])
def test_other_versions_are_refused(checkpoint: Checkpoint, tmp_path: Path, version: object) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    assert record["version"] == 3
    (tmp_path / "model.json").write_text(json.dumps({**record, "version": version}))
    with pytest.raises(ArtefactError, match="version"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("key", ["architecture", "labels", "decoder", "target", "trust", "version"])
def test_a_record_without_a_key_is_refused(checkpoint: Checkpoint, tmp_path: Path, key: str) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    del record[key]
    (tmp_path / "model.json").write_text(json.dumps(record))
    with pytest.raises(ArtefactError, match=r"model\.json"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize("name", ["model.json", "model.safetensors"])
@pytest.mark.parametrize("content", [b"", b"\x80\x04hostile", None])
def test_damaged_files_are_refused(checkpoint: Checkpoint, tmp_path: Path, name: str, content: bytes | None) -> None:
    save_checkpoint(tmp_path, checkpoint)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-50] if content is None else content)
    with pytest.raises(ArtefactError, match=str(tmp_path)):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fold", "x"),
        ("seed", -5),
        ("encoders", ["face"]),
        ("target", "train"),
        ("index_sha256", 5),
        ("clamp_sd", "x"),
        ("decoder", {}),
    ],
)
def test_wrong_values_are_refused(checkpoint: Checkpoint, tmp_path: Path, key: str, value: object) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps({**record, key: value}))
    with pytest.raises(ArtefactError, match=r"model\.json"):
        load_checkpoint(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"), [("family", "foo"), ("heads", "foo"), ("selection", "foo"), ("top_n", "3"), ("d_latent", 7)]
)
def test_wrong_architectures_are_refused(checkpoint: Checkpoint, tmp_path: Path, key: str, value: object) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    record["architecture"][key] = value
    (tmp_path / "model.json").write_text(json.dumps(record))
    with pytest.raises(ArtefactError, match=r"model\.json"):
        load_checkpoint(tmp_path)


def test_trust_comes_back_and_predicts_the_same_bytes(
    checkpoint: Checkpoint, tiny_table: FeatureTable, tmp_path: Path
) -> None:
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6, shift_weights=(0.3, 0.0, 1.0))
    saved = replace(checkpoint, scaler=scaler)
    save_checkpoint(tmp_path, saved)
    loaded = load_checkpoint(tmp_path)
    assert loaded.scaler.shift_weights == (0.3, 0.0, 1.0)
    before, after = (predict_rows(each, tiny_table, ROWS) for each in (saved, loaded))
    np.testing.assert_array_equal(before.prob, after.prob)
    assert np.isfinite(after.prob).all()
    assert (after.weights[:, 1] == 0).all()


@pytest.mark.parametrize("trust", [[1.0, 1.0], [1.0, 1.0, 1.5], [1.0, -0.1, 1.0], []])
def test_trust_that_cannot_be_is_refused(checkpoint: Checkpoint, tmp_path: Path, trust: list[float]) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    (tmp_path / "model.json").write_text(json.dumps({**record, "trust": trust}))
    with pytest.raises(ArtefactError, match="trust"):
        load_checkpoint(tmp_path)


def test_a_record_with_a_former_name_is_read(checkpoint: Checkpoint, tiny_table: FeatureTable, tmp_path: Path) -> None:
    architecture = Architecture(tiny_table.widths, heads="softmax_labels")
    network = build_network(architecture, generator=torch.Generator().manual_seed(0))
    save_checkpoint(tmp_path, replace(checkpoint, network=network))
    record = tmp_path / "model.json"
    record.write_text(record.read_text().replace("softmax_labels", "softmax36"))
    assert load_checkpoint(tmp_path).network.architecture == architecture


def test_a_rule_that_is_not_registered_is_said(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    record["architecture"]["fusion"] = "peak"
    (tmp_path / "model.json").write_text(json.dumps(record))
    with pytest.raises(ArtefactError, match=r"architecture.fusion .* or a name registered in this process"):
        load_checkpoint(tmp_path)


def test_a_checkpoint_from_before_hyperparameters_is_read(checkpoint: Checkpoint, tmp_path: Path) -> None:
    save_checkpoint(tmp_path, checkpoint)
    record = json.loads((tmp_path / "model.json").read_text())
    for key in ("fusion_options", "heads_options", "gate_options", "gate"):
        del record["architecture"][key]
    (tmp_path / "model.json").write_text(json.dumps(record))
    assert load_checkpoint(tmp_path).network.architecture == checkpoint.network.architecture
