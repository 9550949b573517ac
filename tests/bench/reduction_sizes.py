"""Score with `model.reduce` auto against none over the number of training clips, on made features.

    python tests/bench/reduction_sizes.py [--clips N,N,...] [--width D] [--first-factor K,K]

Two wide encoders and a narrow one, as in `paper_size.py`; one of the wide ones carries the signal, in the six factors
from K on by falling variance: 10 is among the 64 components that auto may keep, 100 is not. Each line has both Scores,
their paired difference with its interval over actors, and what the models with auto read of the wide encoders.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import paper_size

RUN = "auto-none"
ARMS = ["--selection", "learned", "--arm", "none", "model.reduce=none", "--seeds", "2", "--jobs", "1"]
TEST = {"a": "none", "metric": "score", "method": "actor_bootstrap"}


def blemore(folder: Path, *words: str) -> Any:
    """The JSON object of a command."""
    command = [sys.executable, "-m", "blemore_cli", *words, "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout)


def compared(folder: Path, *, n_clips: int, width: int, first_factor: int) -> str:
    """A line on one project, which is made and trained on."""
    widths = {"imagebind": width, "videomae": width, "egemaps": 88}
    paper_size.write_project(folder, n_clips=n_clips, widths=widths, first_factor=first_factor)
    n_train = blemore(folder, "index")["train"]
    result = blemore(folder, "ablate", "--name", RUN, *ARMS)
    [test] = [test for test in result["tests"] if TEST.items() <= test.items()]
    auto, none = (result["arms"][name]["score"] for name in ("learned", "none"))
    metrics = json.loads((folder / "runs" / RUN / "arms" / "learned" / "metrics.json").read_text(encoding="utf-8"))
    read = {name: encoder["models"] for name, encoder in metrics["reduction"]["encoders"].items()}
    low, high = test["ci95"]
    return (
        f"{n_train} training clips, {width} columns, factor {first_factor}: auto {auto:.3f}, none {none:.3f}, "
        f"none - auto {test['difference']:+.3f} [{low:+.3f}, {high:+.3f}], read {read}"
    )


def main() -> None:
    """Measures and prints a line for each project."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", default="1250,2000,2980", help="of training and test together")
    parser.add_argument("--width", type=int, default=2600)
    parser.add_argument("--first-factor", default="10,100")
    chosen = parser.parse_args()
    for n_clips in map(int, chosen.clips.split(",")):
        for first_factor in map(int, chosen.first_factor.split(",")):
            with tempfile.TemporaryDirectory() as temporary:
                folder = Path(temporary) / "project"
                line = compared(folder, n_clips=n_clips, width=chosen.width, first_factor=first_factor)
                paper_size.CONSOLE.print(line)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
