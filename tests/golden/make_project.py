"""Golden project of this version in tests/golden/VERSION/: features, extraction, index, a run of each kind, submission.

`python tests/golden/make_project.py` runs once for each release, before the version is raised; the code of today
reads all of them in `test_golden_projects.py`.
"""

import shutil
import wave
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli import __version__
from blemore_cli.cli.app import app
from blemore_cli.core.labels import LABEL_CODES, SALIENCE

N_ACTORS, N_CLIPS, N_TEST, N_SOUNDS = 6, 36, 4, 3
WIDTHS = {"face": 3, "voice": 4}
ARMS = ("--selection", "learned", "--selection", "random")
SMALL = ("model.d_latent=4", "model.d_gate=2", "model.top_n=1", "train.max_epochs=2", "train.jobs=1")


def write_features(folder: Path) -> None:
    """Metadata and two encoders with the label in them."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, len(LABEL_CODES), N_CLIPS + N_TEST)
    names = [f"clip_{i:02d}" for i in range(N_CLIPS)] + [f"test_{i:02d}" for i in range(N_TEST)]
    rows = [_row(name, i % N_ACTORS, LABEL_CODES[label[i]]) for i, name in enumerate(names)]
    pd.DataFrame(rows[:N_CLIPS]).to_csv(folder / "train_metadata.csv", index=False)
    pd.DataFrame({"filename": names[N_CLIPS:]}).to_csv(folder / "test_metadata.csv", index=False)
    (folder / "features").mkdir()
    for name, width in WIDTHS.items():
        x = SALIENCE[label] @ rng.normal(size=(6, width)) + 0.1 * rng.normal(size=(len(names), width))
        frame = pd.DataFrame(x.round(3), columns=[f"{name}_{i}" for i in range(width)])
        frame.insert(0, "filename", names)
        frame.to_csv(folder / "features" / f"{name}.csv", index=False)


def _row(name: str, actor: int, code: str) -> dict[str, str]:
    parts = [*code.split("_"), "", "", "", ""]
    is_blend = len(code.split("_")) > 1
    return {
        "filename": name,
        "video_id": f"A{actor}",
        "mix": str(int(is_blend)),
        "emotion_1": parts[0],
        "emotion_2": parts[1] if is_blend else "",
        "emotion_1_salience": parts[2] if is_blend else "",
        "emotion_2_salience": parts[3] if is_blend else "",
        "fold": str(actor % 3),
    }


def write_sound(folder: Path) -> None:
    """Half a second of noise for each of three clips."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(N_SOUNDS):
        with wave.open(str(folder / f"clip_{number:02d}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(rng.integers(-9_000, 9_000, 8_000, dtype=np.int16).tobytes())


def main() -> None:
    """Makes the folder anew."""
    folder = Path(__file__).parent / __version__
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    write_features(folder)
    write_sound(folder / "media")
    metadata = ("--train-metadata", "train_metadata.csv", "--test-metadata", "test_metadata.csv")
    settings = [word for setting in SMALL for word in ("--set", setting)]
    with chdir(folder):
        for words in (
            ["init", "--features", "features", *metadata],
            ["index"],
            ["train", "--name", "golden", *settings],
            ["submit", "--run", "golden", "--out", "preds.csv"],
            ["cv", "--name", "golden-cv", "--seeds", "2", *settings],
            ["ablate", "--name", "golden-ablate", *ARMS, "--seeds", "1", *settings],
            ["tune", "--name", "golden-tune", "--trials", "2", *settings],
            ["stress", "--run", "golden-cv"],
            ["extract", "--media", "media", "--encoder", "egemaps", "--out", "extracted", "--device", "cpu"],
        ):
            app([*words, "--quiet"], standalone_mode=False)
    for path in (folder / "runs").glob(".*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    main()
