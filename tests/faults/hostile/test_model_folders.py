"""Folders of models that want to run code, read other files or take all memory: refused, and nothing runs."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.faults.hostile.bad_contents import PWNED, Hostile
from tests.faults.hostile.command import MEMORY, run_here
from tests.long_campaigns import IS_LONG

pytest.importorskip("transformers", reason="the package transformers is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

EVIL = f"from pathlib import Path\nPath({PWNED!r}).touch()\nclass Evil: pass\n"
AUTO_MAP = {"auto_map": dict.fromkeys(("AutoModel", "AutoConfig", "AutoFeatureExtractor"), "evil.Evil")}


def changed(name: str, **keys: Any) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps({**content, **keys}))

    return change


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Hostile()))


def elsewhere(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder.parent / "other.safetensors")
    index = {"metadata": {}, "weight_map": {"feature_projection.projection.weight": "../../other.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def adapted(folder: Path) -> None:
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "someone/elsewhere", **AUTO_MAP}
    (folder / "adapter_config.json").write_text(json.dumps(adapter))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "code in config": changed("config.json", **AUTO_MAP),
    "pickle": pickled,
    "weights of another folder": elsewhere,
    "wide": changed("config.json", hidden_size=1_000_000),
    "deep": changed("config.json", num_hidden_layers=1_000_000),
    "negative": changed("config.json", hidden_size=-8),
    "nested": lambda folder: (folder / "config.json").write_text('{"model_type":' * 100_000),
    "header": lambda folder: (folder / "model.safetensors").write_bytes((1 << 62).to_bytes(8, "little") + b"{}"),
    "rate": changed("preprocessor_config.json", sampling_rate=10**400),
}
MAY_WORK: dict[str, Callable[[Path], object]] = {
    "code in preprocessing": changed("preprocessor_config.json", **AUTO_MAP),
    "adapter": adapted,
    "quantised": changed("config.json", quantization_config={"quant_method": "evil", **AUTO_MAP}),
}
"""What the library passes over: it may be refused or not, and runs nothing."""

QUICK = ("pickle", "weights of another folder", "deep", "code in preprocessing")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.fixtures.hugging_face import make_folder

    return make_folder(tmp_path_factory.mktemp("made") / "model", "wav2vec2")


@pytest.mark.parametrize("damage", [*DAMAGE, *MAY_WORK] if IS_LONG else QUICK)
def test_nothing_runs(hostile_project: Path, model: Path, tmp_path: Path, damage: str) -> None:
    folder = Path(shutil.copytree(model, tmp_path / "model"))
    (folder / "evil.py").write_text(EVIL)
    (DAMAGE | MAY_WORK)[damage](folder)
    shutil.copytree(hostile_project / "media", tmp_path / "media")
    words = ("extract", "--media", "media", "--encoder", "x=model", "--out", "out", "--jobs", "1", "--device", "cpu")
    done = run_here(words, tmp_path)
    assert (done.fault, done.memory < MEMORY) == ("", True), (done.code, done.stderr, done.trace[-2000:])
    assert not list(tmp_path.rglob(PWNED))
    assert done.code in ({2, 3, 4} if damage in DAMAGE else {0, 2, 3, 4}), done.stderr
    assert done.code == 0 or "fix:" in done.stderr
