"""Examples of tables: dialects of text, ARFF, Parquet and Feather with lists, JSON lines, predictions, rows in time."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from tests.docs.feature_examples.example import CLIPS, Example, below, frames, rows

from blemore_cli.core.labels import EMOTIONS, PROBABILITY_COLUMNS


def table() -> pd.DataFrame:
    """A row a clip, with the clip names as index."""
    return pd.DataFrame(rows(), columns=["F0", "loudness", "jitter"], index=CLIPS)


def write_smile_csv(folder: Path) -> None:
    quoted = table().set_axis([f"'{clip}.wav'" for clip in CLIPS]).rename_axis("name")
    quoted.insert(0, "frameTime", 0.0)
    quoted.to_csv(folder / "smile.csv", sep=";", decimal=",")


def arff(array: np.ndarray, names: list[str]) -> str:
    head = "@relation smile\n@attribute name string\n@attribute F0 numeric\n@attribute jitter numeric\n"
    cells = (",".join([f"'{name}'", *map(str, row), "?"]) for name, row in zip(names, array[:, :2], strict=True))
    return f"{head}@attribute class {{ang,sad}}\n@data\n" + "\n".join(cells)


def write_arff(folder: Path) -> None:
    (folder / "compare.arff").write_text(arff(rows(), CLIPS))


def write_frame_arff(folder: Path) -> None:
    for clip, array in frames().items():
        below(folder, f"smile/{clip}.arff").write_text(arff(array, ["noname"] * len(array)))


def write_lists(folder: Path) -> None:
    pd.DataFrame({"clip": CLIPS, "embedding": list(rows())}).to_parquet(folder / "clip.parquet")


def write_nested_lists(folder: Path) -> None:
    cells = [array.tolist() for array in frames().values()]
    pd.DataFrame({"clip": CLIPS, "frames": cells}).to_feather(folder / "wavlm.feather")


def write_lines(folder: Path) -> None:
    lines = (json.dumps({"video": clip, "vector": row.tolist()}) for clip, row in zip(CLIPS, rows(), strict=True))
    (folder / "clap.jsonl").write_text("\n".join(lines))


def write_compressed_frames(folder: Path) -> None:
    for clip, array in frames().items():
        pd.DataFrame(array, columns=["a", "b", "c"]).to_csv(below(folder, f"pose/{clip}.csv.gz"), index=False)


def write_frame_parquet(folder: Path) -> None:
    for clip, array in frames().items():
        pd.DataFrame(array, columns=["a", "b", "c"]).to_parquet(below(folder, f"lld/{clip}.parquet"))


def write_rows_in_time(folder: Path) -> None:
    parts = [
        pd.DataFrame(array, columns=["F0", "loudness", "jitter"]).assign(file=f"{clip}.wav", start=range(len(array)))
        for clip, array in frames().items()
    ]
    pd.concat(parts).to_csv(folder / "lld.csv", index=False)


def write_predictions(folder: Path) -> None:
    probabilities = np.abs(rows(len(PROBABILITY_COLUMNS)))
    folds = [
        pd.DataFrame(probabilities / probabilities.sum(axis=1, keepdims=True), columns=PROBABILITY_COLUMNS).assign(
            filename=CLIPS, fold=fold, seed=0, mix=0, emotion_1="ang"
        )
        for fold in (0, 1)
    ]
    pd.concat(folds).to_csv(folder / "friend.csv", index=False)


def write_run(folder: Path) -> None:
    table = pd.DataFrame(np.abs(rows(6)), columns=[f"p_{emotion}" for emotion in EMOTIONS]).assign(
        filename=CLIPS, fold=0
    )
    is_test = table["filename"].str.startswith("test")
    table[~is_test].to_csv(below(folder, "friend/oof.csv"), index=False)
    pd.concat([table[is_test].assign(fold=fold) for fold in (0, 1)]).to_csv(folder / "friend/test.csv", index=False)


def write_emotions(folder: Path) -> None:
    pd.DataFrame(rows(6), columns=[f"score_{emotion}" for emotion in EMOTIONS], index=CLIPS).to_csv(folder / "llm.csv")


EXAMPLES = {
    "`smile.csv`, separated by `;` (or tabs, `\\|`, blanks), `1,5` for 1.5": Example(write_smile_csv, {"smile": 3}),
    "`egemaps.csv` of `df.to_csv()`, no name above the clips": Example(
        lambda folder: table().to_csv(folder / "egemaps.csv"), {"egemaps": 3}
    ),
    "`egemaps.tsv.gz` (`.bz2`, `.xz`, `.zip`)": Example(
        lambda folder: table().to_csv(folder / "egemaps.tsv.gz", sep="\t"), {"egemaps": 3}
    ),
    "`pose/CLIP.csv.gz`, a row a frame": Example(write_compressed_frames, {"pose": 21}),
    "`compare.arff`, a row a clip": Example(
        write_arff,
        {"compare": 2},
        notes=("left out columns nominal: class",),
    ),
    "`smile/CLIP.arff`, a row a frame": Example(write_frame_arff, {"smile": 14}),
    "`lld/CLIP.parquet` (`.feather`), a row a frame": Example(write_frame_parquet, {"lld": 21}),
    "`clip.parquet` with lists [D] in a column": Example(write_lists, {"clip": 3}),
    "`wavlm.feather` with lists [T][D] in a column": Example(write_nested_lists, {"wavlm": 21}),
    "`clap.jsonl`, an object a line with the clip and its numbers": Example(write_lines, {"clap": 3}),
    "`lld.csv` with several rows a clip and a column `start`, `time` or `frame`": Example(
        write_rows_in_time, {"lld": 21}, notes=("taken as frames",)
    ),
    "`friend.csv` with columns `p_ang`..., a row a clip and fold": Example(
        write_predictions, {"friend": 36}, notes=("the mean of a clip's", "is your word")
    ),
    "`friend/oof.csv` and `friend/test.csv`": Example(write_run, {"friend": 6}, notes=("is your word",)),
    "`llm.csv` with a column for each of the six emotions": Example(
        write_emotions, {"llm": 6}, notes=("is your word",)
    ),
}
