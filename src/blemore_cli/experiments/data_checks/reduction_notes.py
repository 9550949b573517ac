"""Note on encoders with more columns than training clips, of which networks read components by default."""

from pathlib import Path

from blemore_cli.core.errors import listed
from blemore_cli.data.index.file import Index
from blemore_cli.data.index.mapped_table import CACHE, cache_bytes
from blemore_cli.training.reduction import AUTO_COMPONENTS, usual_width


def reduction_notes(index: Index, runs: Path | None = None) -> list[str]:
    """A sentence on what `model.reduce: auto` does to wide encoders of an index, if there are any.

    Args:
        index: The index.
        runs: Folder of all runs, where the project is known.
    """
    n_clips = int((~index.clips.is_test).sum())
    wide = [name for name, info in index.encoders.items() if usual_width("auto", info.dim, n_clips) < info.dim]
    if not wide:
        return []
    n_bytes = cache_bytes(runs) if runs else 0
    size = f"{n_bytes / 1e6:,.0f} MB now" if n_bytes else "about as much space"
    return [
        f"more columns than the {n_clips} training clips: {listed(wide)}; model.reduce auto reads {AUTO_COMPONENTS} "
        "principal components of each, or all columns where an inner fold shows a loss; what is made of them is kept "
        f"in {CACHE} among the runs, which takes {size} and may be deleted"
    ]
