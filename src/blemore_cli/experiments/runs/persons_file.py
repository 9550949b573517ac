"""Schema of `persons/persons.json`: Score of a run when persons are found instead of known."""

from pathlib import Path
from typing import Final, Literal

from blemore_cli.experiments.runs.artefact import Artefact, Figure, read_with_checksum

PERSONS: Final = Path("persons") / "persons.json"

AGAIN: Final = "Run `blemore identify --cost-of` again for this run."

PersonsKind = Literal["true actors", "found", "merged", "split"]


class PersonsResult(Artefact):
    """The held-out clips with features standardised within some persons.

    Attributes:
        kind: The persons: the true actors, the clusters that were found, or actors some of whom are merged or split.
        share: Share of the actors that are merged or split, in [0, 1]; 0 for the true actors and for the found ones.
        score: Score of the pooled out-of-fold predictions, mean over seeds and draws.
        ci95: Its 95 % CI over actors.
        change: Score minus that with the true actors.
        change_ci95: Its interval over actors; None with fewer than two.
    """

    kind: PersonsKind
    share: float
    score: float
    ci95: tuple[Figure, Figure]
    change: float
    change_ci95: tuple[Figure, Figure] | None


class PersonsCost(Artefact):
    """A run when persons are found, not known.

    Attributes:
        encoders: The encoders of identity.
        ari_train: Adjusted Rand index of the clusters of training clips with their actors.
        merged: Share of the actors that the clusters merge with another.
        split: Share of the actors that the clusters split.
        n_actors: Actors of the clips out of fold.
        n_clips: These clips.
        n_draws: Random draws of merged and of split actors.
        results: With the true actors first, then the found ones, then the simulated errors.
    """

    run: str
    encoders: tuple[str, ...]
    ari_train: float
    merged: float
    split: float
    n_actors: int
    n_clips: int
    n_draws: int
    results: tuple[PersonsResult, ...]


def read_persons(run: Path) -> PersonsCost | None:
    """Reads `persons/persons.json` of a run folder; None where there is none.

    Raises:
        ArtefactError: If the file is damaged, or of a version that had other keys.
    """
    return read_with_checksum(run / PERSONS, PersonsCost, fix=AGAIN)
