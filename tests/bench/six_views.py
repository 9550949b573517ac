"""Project folders from the six clean views: three views of every object broken, and persons held out with labels.

    python tests/bench/six_views.py ../shared/data/six-views KIND SEED FOLDER
    cd FOLDER && blemore index && blemore train --top-n 3 --set model.fusion=evidence && blemore submit --out preds.csv
    blemore evaluate preds.csv --truth test_labels.csv
    python tests/bench/six_views.py ../shared/data/six-views KIND SEED FOLDER --judge runs/latest

A broken view is 0.3 z + 1.5 noise (`noise`), white noise of the energy that the view had (`matched`), the same view of
an object of another class (`swap`), or it is away (`missing`); `clean` breaks nothing. The last command prints the
share of kept views that are sound. No model reads `sound_views.csv`.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from rich.console import Console

from blemore_cli.core.types import Bools, Floats, Ints, Strings

VIEWS: Final = ("pixels240", "fourier76", "profile216", "zernike47", "karhunen64", "morph6")
KINDS: Final = ("clean", "noise", "matched", "swap", "missing")
N_BROKEN, N_HIDDEN_PERSONS, N_FOLDS = 3, 8, 5
LABEL: Final = ["mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"]


def standardised_view(source: Path, view: str, filenames: pd.Series) -> Floats:
    """(N, D) columns of the named objects, with mean 0 and deviation 1."""
    with np.load(source / "clean" / f"{view}_static_features.npz", allow_pickle=False) as arrays:
        rows = {str(name): row for row, name in enumerate(arrays["filenames"])}
        x = arrays["X"][[rows[name] for name in filenames]].astype(np.float64)
    standardised: Floats = (x - x.mean(0)) / (x.std(0) + 1e-12)
    return standardised


def broken(kind: str, z: Floats, rows: Ints, label: Strings, rng: np.random.Generator) -> Floats:
    """Some rows of a view as they are when it is broken."""
    noise: Floats = rng.standard_normal((len(rows), z.shape[1]))
    kept: Floats = z[rows]
    if kind == "noise":
        noise = 0.3 * kept + 1.5 * noise
    elif kind == "matched":
        noise *= np.sqrt((kept**2).mean(1, keepdims=True) / (noise**2).mean(1, keepdims=True))
    else:
        noise = z[[rng.choice(np.flatnonzero(label != label[row])) for row in rows]]
    return noise


def make(source: Path, kind: str, seed: int, folder: Path) -> None:
    """Writes features, metadata and a project file."""
    rng = np.random.default_rng(seed)
    clips = pd.read_csv(source / "train_metadata.csv", keep_default_na=False, dtype=str)
    label = clips[LABEL].agg("/".join, axis=1).to_numpy()
    sound = np.ones((len(clips), len(VIEWS)), dtype=bool)
    if kind != "clean":
        np.put_along_axis(sound, rng.random(sound.shape).argsort(1)[:, :N_BROKEN], False, axis=1)
    (folder / "features").mkdir(parents=True, exist_ok=True)
    for column, view in enumerate(VIEWS):
        x, filenames, rows = standardised_view(source, view, clips["filename"]), clips["filename"], ~sound[:, column]
        if kind == "missing":
            x, filenames = x[~rows], filenames[~rows]
        elif kind != "clean":
            x[rows] = broken(kind, x, np.flatnonzero(rows), label, rng)
        path = folder / "features" / f"{view}_static_features.npz"
        np.savez(path, X=x.astype(np.float32), filenames=filenames.to_numpy(str))
    write_metadata(clips, sound, rng.permutation(clips["video_id"].unique()), folder)


def write_metadata(clips: pd.DataFrame, sound: Bools, persons: Strings, folder: Path) -> None:
    """Writes the metadata of folds by person, of hidden persons, and which views are sound."""
    fold = {person: place % N_FOLDS for place, person in enumerate(persons[N_HIDDEN_PERSONS:])}
    is_hidden = clips["video_id"].isin(persons[:N_HIDDEN_PERSONS])
    train = clips[~is_hidden].assign(fold=clips["video_id"].map(fold)).astype({"fold": int})
    train.to_csv(folder / "train_metadata.csv", index=False)
    clips.loc[is_hidden, ["filename"]].to_csv(folder / "test_metadata.csv", index=False)
    clips.loc[is_hidden].drop(columns="fold").to_csv(folder / "test_labels.csv", index=False)
    answer = pd.DataFrame(sound.astype(int), columns=list(VIEWS))
    answer.insert(0, "filename", clips["filename"])
    answer.to_csv(folder / "sound_views.csv", index=False)
    (folder / "blemore.yaml").write_text(
        "data:\n  features: [features]\n  train_metadata: train_metadata.csv\n  test_metadata: test_metadata.csv\n"
        "  missing: mask\n  modality: {" + ", ".join(f"{view}: av" for view in VIEWS) + "}\n"
    )


def judge(folder: Path, run: str) -> dict[str, float]:
    """Share of kept views that are sound, out of fold and for the test objects, and the mean number kept."""
    sound = pd.read_csv(folder / "sound_views.csv").set_index("filename").astype(bool)
    figures = {}
    for table in ("oof", "test"):
        weights = pd.read_csv(folder / run / f"gate_{table}.csv").set_index("filename")[list(VIEWS)]
        kept, is_sound = weights.to_numpy() > 0, sound.loc[weights.index, weights.columns].to_numpy()
        figures[f"{table}_precision"] = float((kept & is_sound).sum() / kept.sum())
        figures[f"{table}_kept"] = float(kept.sum(1).mean())
    return figures


def main() -> None:
    """Makes a project folder, or judges a run in it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", metavar="RUN", help="print the precision of a run in the folder")
    options = parser.parse_args()
    if options.judge:
        Console(soft_wrap=True).print_json(data=judge(options.folder, options.judge), indent=None)
    else:
        make(options.source, options.kind, options.seed, options.folder)


if __name__ == "__main__":
    main()
