"""Note on encoders with more columns than training clips, of which networks read components by default."""

from blemore_cli.core.errors import listed
from blemore_cli.data.index.file import Index
from blemore_cli.training.reduction import AUTO_COMPONENTS, usual_width


def reduction_notes(index: Index) -> list[str]:
    """A sentence on what `model.reduce: auto` does to wide encoders of an index, if there are any."""
    n_clips = int((~index.clips.is_test).sum())
    wide = [name for name, info in index.encoders.items() if usual_width("auto", info.dim, n_clips) < info.dim]
    if not wide:
        return []
    return [
        f"more columns than the {n_clips} training clips: {listed(wide)}; model.reduce auto reads {AUTO_COMPONENTS} "
        "principal components of each, or all columns where an inner fold shows a loss; what is made of them is kept "
        "in runs/.cache, which takes about as much space and may be deleted"
    ]
