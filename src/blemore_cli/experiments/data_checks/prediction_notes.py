"""Notes on encoders that are predictions of other models, whose cross-fitting an index cannot show."""

from blemore_cli.data.features.tables.predictions import prediction_note
from blemore_cli.data.index.file import Index


def prediction_notes(index: Index) -> list[str]:
    """A sentence for each encoder whose columns are probabilities, or are named after emotions."""
    notes = []
    for name, encoder in index.encoders.items():
        rows = index.features(name)[index.present(name)]
        if note := prediction_note(rows, encoder.columns):
            notes.append(f"encoder {name}: {note}")
    return notes
