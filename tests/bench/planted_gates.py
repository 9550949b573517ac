"""Gates over latents on a hard planting: twelve encoders of width 64 to 1024, of which a few tell the label of a clip.

    python tests/bench/planted_gates.py FOLDER [--few 3 --many 3] [--marker 2.0] [--seeds 1] [--jobs 0]

Between `few` and `many` encoders are informative for a clip, at random; of the others some carry the label of a decoy.
Whether an encoder is informative can be read from a direction in its features, `marker` standard deviations either way.
Arms are compared by `blemore ablate`; `told` is the same network on an index in which a clip has its informative
encoders only, so that its gate has nothing to find out. Printed are the out-of-fold Score, the share of kept encoders
that are informative, and how far the number kept is from the number informative.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.planting import label_descriptions
from blemore_cli.data.example.project import OFFICIAL_COLUMNS

WIDTHS = (64, 64, 96, 128, 128, 192, 256, 256, 384, 512, 768, 1024)
LABEL_NORM, STYLE_NORM, MISLEADING = 5.0, 1.0, 0.5
CONFIG = (
    "data:\n  features: [features]\n  train_metadata: train_metadata.csv\n  missing: mask\nmodel:\n  fusion: weighted\n"
)


def plant(folder: Path, few: int, many: int, marker: float) -> tuple[pd.DataFrame, Bools]:
    """Writes two projects, `asked` and `told`; returns the clips and (N, E) which encoders are informative."""
    clips = design_clips(3050, seed=0)
    clips = clips[~clips["is_test"].to_numpy(dtype=bool)].reset_index(drop=True)
    label, actor = clips["label"].to_numpy(), pd.factorize(clips["video_id"])[0]
    generator, shape = numpy_generator(0, "planted gates"), (len(clips), len(WIDTHS))
    n_informative = generator.integers(few, many, len(clips), endpoint=True)
    informative = generator.random(shape).argsort(1).argsort(1) < n_informative[:, None]
    misleading = ~informative & (generator.random(shape) < MISLEADING)
    decoy = (label + generator.integers(1, 36, len(clips))) % 36
    for project in ("asked", "told"):
        (folder / project / "features").mkdir(parents=True)
        (folder / project / "blemore.yaml").write_text(CONFIG)
        clips[[*OFFICIAL_COLUMNS]].to_csv(folder / project / "train_metadata.csv", index=False)
    for e, width in enumerate(WIDTHS):
        code, style, mark = (
            norm * generator.standard_normal((rows, width)) / np.sqrt(width)
            for norm, rows in ((LABEL_NORM, 26), (STYLE_NORM, actor.max() + 1), (marker, 1))
        )
        embedding = label_descriptions() @ code
        x = generator.standard_normal((len(clips), width)) + style[actor]
        x += np.where(informative[:, [e]], mark + embedding[label], -mark)
        x += np.where(misleading[:, [e]], embedding[decoy], 0)
        for project, rows in (("asked", np.ones(len(clips), dtype=bool)), ("told", informative[:, e])):
            names = clips["filename"].to_numpy(dtype=str)[rows]
            np.savez(
                folder / project / f"features/enc{e:02d}_static_features.npz",
                X=x[rows].astype(np.float32),
                filenames=names,
            )
    return clips, informative


def blemore(project: Path, *arguments: str) -> None:
    """Runs a command in a project."""
    subprocess.run([sys.executable, "-m", "blemore_cli", *arguments, "--quiet"], cwd=project, check=True, stdout=-3)


def row(arm: Path, clips: pd.DataFrame, informative: Bools) -> list[str]:
    """Score, precision and error of the number of an arm."""
    gate = pd.read_csv(arm / "gate_oof.csv", keep_default_na=False)
    kept = gate.iloc[:, 3:].to_numpy() > 0
    truth = informative[pd.Index(clips["filename"]).get_indexer(gate["filename"])]
    oof = json.loads((arm / "metrics.json").read_text())["oof"]
    precision, error = (kept & truth).sum() / kept.sum(), np.abs(kept.sum(1) - truth.sum(1)).mean()
    return [f"{oof['score']:.3f}", f"{precision:.3f}", f"{kept.sum(1).mean():.2f}", f"{error:.2f}"]


def main() -> None:
    """Plants, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for name, kind, default in (("few", int, 3), ("many", int, 3), ("marker", float, 2.0), ("seeds", int, 1)):
        parser.add_argument(f"--{name}", type=kind, default=default)
    parser.add_argument("--jobs", default="0")
    asked = parser.parse_args()
    clips, informative = plant(asked.folder, asked.few, asked.many, asked.marker)
    shared = ["--seeds", str(asked.seeds), "--jobs", asked.jobs, "--top-n", "3"]
    arms = ["--selection", "random", "--selection", "fixed", "--selection", "mean", "--top-n", "auto"]
    one_stage = ["--arm", "one_stage", "train.second_stage=false"]
    for project in ("asked", "told"):
        blemore(asked.folder / project, "index")
        more = [*arms, *one_stage] if project == "asked" else ["--selection", "full"]
        blemore(asked.folder / project, "ablate", *shared, *more, "--name", "gates")
    table = Table(
        "arm", "Score", "precision", "kept", "error of kept", title=f"informative: {asked.few} to {asked.many}"
    )
    for arm in sorted((asked.folder / "asked/runs/gates/arms").iterdir()):
        table.add_row(arm.name, *row(arm, clips, informative))
    table.add_row("told (all that is there)", *row(asked.folder / "told/runs/gates/arms/full", clips, informative))
    Console().print(table)


if __name__ == "__main__":
    main()
