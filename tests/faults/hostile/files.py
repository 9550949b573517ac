"""Files that commands read, with the commands that read them, and whether a changed value can be told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from tests.faults.hostile.project import EXTRACT, FAST

Guard = Literal["checksum", "other", "none"]
"""Whether the project has a checksum of the file, another file that says the same, or neither."""

COMMANDS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "index": (("index", "--jobs", "1"), ("index.h5",)),
    "inspect": (("inspect", "--quiet", "--json"), ()),
    "train": (("train", "--name", "new", *FAST), ("runs/new/oof.csv", "runs/new/test.csv", "runs/new/metrics.json")),
    "resume": (("train", "--name", "half", "--resume", *FAST), ("runs/half/oof.csv", "runs/half/metrics.json")),
    "submit": (("submit", "--run", "one", "--out", "new.csv", "--quiet"), ("new.csv",)),
    "latest": (("submit", "--out", "new.csv", "--quiet"), ("new.csv",)),
    "template": (
        ("submit", "--run", "one", "--out", "new.json", "--template", "template.json", "--quiet"),
        ("new.json",),
    ),
    "replace": (("submit", "--run", "one", "--out", "preds.csv", "--quiet"), ("preds.csv",)),
    "report": (("report", "--run", "one", "--no-shift", "--out", "new.html", "--quiet"), ("new.html",)),
    "report arms": (("report", "--run", "arms", "--no-shift", "--out", "new.html", "--quiet"), ("new.html",)),
    "explain": (("explain", "--run", "one", "--out", "new", "--quiet"), ("new/explain.json", "new/clips.csv")),
    "stress": (
        ("stress", "--run", "one", "--kind", "missing", "--share", "0,.5", "--quiet", "--json"),
        ("runs/one/stress/stress.json",),
    ),
    "identify": (("identify", "--encoder", "wavlm", "--force", "--quiet", "--out", "new.csv"), ("new.csv",)),
    "evaluate csv": (("evaluate", "preds.csv", "--truth", "planted/test_labels.csv", "--json"), ()),
    "evaluate json": (("evaluate", "preds.json", "--truth", "planted/test_labels.csv", "--json"), ()),
    "evaluate zip": (("evaluate", "preds.zip", "--truth", "planted/test_labels.csv", "--json"), ()),
    "tune": (("tune", "--space", "space.yaml", "--trials", "2", "--name", "new", *FAST), ("runs/new/metrics.json",)),
    "report tune": (("tune", "--trials", "2", "--name", "tuned", "--resume", *FAST), ("runs/tuned/tuning.json",)),
    "extract": (EXTRACT, ("extracted/plain",)),
    "check": ((*EXTRACT, "--check"), ()),
    "index extracted": (
        ("index", "extracted/plain", "--out", "new.h5", "--missing", "mask", "--jobs", "1", "--quiet"),
        ("new.h5",),
    ),
}
"""Each command by a name: its words, and the files and folders that it writes."""

SLOW: Final = ("train", "resume", "explain", "stress", "tune", "report tune", "report arms")
"""Commands that take seconds, which a short campaign leaves out."""


@dataclass(frozen=True)
class ReadFile:
    """Files of one meaning.

    Attributes:
        pattern: Where they are in the project.
        commands: Names of `COMMANDS` that read them.
        guard: By what a changed value can be told.
    """

    pattern: str
    commands: tuple[str, ...]
    guard: Guard = "none"


FILES: Final = (
    ReadFile("blemore.yaml", ("index", "inspect", "train", "submit", "report", "extract")),
    ReadFile("train_metadata.csv", ("index", "inspect", "train", "report")),
    ReadFile("test_metadata.csv", ("index", "submit")),
    ReadFile("planted/test_labels.csv", ("evaluate csv",)),
    ReadFile("features/*.npz", ("index",)),
    ReadFile("features/hubert/*.npy", ("index",)),
    ReadFile("features/torched/*.pt", ("index",)),
    ReadFile("features/openface/*.csv", ("index",)),
    ReadFile("features/*.csv", ("index",)),
    ReadFile("features/*.csv.gz", ("index",), "checksum"),
    ReadFile("features/*.parquet", ("index",)),
    ReadFile("features/*.feather", ("index",)),
    ReadFile("features/*.arff", ("index",)),
    ReadFile("features/*.jsonl", ("index",)),
    ReadFile("features/*.h5", ("index",)),
    ReadFile("features/*.safetensors", ("index",)),
    ReadFile(
        "index.h5", ("index", "inspect", "train", "submit", "report", "explain", "stress", "identify"), "checksum"
    ),
    ReadFile("index.h5.sources.json", ("index", "inspect", "train", "submit"), "other"),
    ReadFile("runs/latest", ("latest",)),
    ReadFile("runs/one/config.yaml", ("submit", "report", "explain", "stress"), "checksum"),
    ReadFile("runs/one/*.csv", ("submit", "report", "explain"), "checksum"),
    ReadFile("runs/one/*.json*", ("submit", "report", "explain", "stress"), "checksum"),
    ReadFile("runs/one/*256", ("submit", "report", "explain"), "checksum"),
    ReadFile("runs/one/kind", ("submit", "report", "explain"), "checksum"),
    ReadFile("runs/one/done", ("submit", "report", "explain"), "other"),
    ReadFile("runs/one/checkpoints/*/*", ("submit", "explain", "stress"), "checksum"),
    ReadFile("runs/one/explain/*.json", ("report",), "checksum"),
    ReadFile("runs/one/explain/SHA256SUMS", ("report",), "other"),
    ReadFile("runs/one/stress/*.json", ("report",), "checksum"),
    ReadFile("runs/.shift*", ("report", "submit")),
    ReadFile("runs/.cache/*", ("train", "report"), "checksum"),
    ReadFile("runs/arms/*.json", ("report arms",), "checksum"),
    ReadFile("runs/arms/arms/random/*", ("report arms",), "checksum"),
    ReadFile("runs/half/*", ("resume",)),
    ReadFile("runs/half/inner/**/*.*", ("resume",)),
    ReadFile("runs/half/checkpoints/*/*", ("resume",)),
    ReadFile("runs/tuned/*", ("report tune",)),
    ReadFile("preds.csv", ("evaluate csv", "replace")),
    ReadFile("preds.json", ("evaluate json",)),
    ReadFile("preds.zip", ("evaluate zip",), "checksum"),
    ReadFile("template.json", ("template",)),
    ReadFile("space.yaml", ("tune",)),
    ReadFile("extracted/plain/.*", ("extract", "check", "index extracted")),
    ReadFile("extracted/plain/*.npy", ("extract",)),
    ReadFile("extracted/plain/*.npy", ("check", "index extracted"), "checksum"),
    ReadFile("media/*.wav", ("extract",)),
)


def files_of(project: Path, read: ReadFile) -> list[Path]:
    """The files of a meaning, relative to the project."""
    return sorted(path.relative_to(project) for path in project.glob(read.pattern) if path.is_file())
