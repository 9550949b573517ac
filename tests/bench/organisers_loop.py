"""How long the organisers' training takes on this machine: one encoder, one MLP-512, 5 folds x 200 epochs.

    python tests/bench/organisers_loop.py --index index.h5 --encoder wavlm --epochs 2

A plain re-implementation of the published procedure: standardised features, batches of 32 from a DataLoader, KL loss to
the salience distribution, Adam, and after every epoch the 20 x 20 search for the two thresholds on the scored fold, for
which every clip is decoded again and looked up in dictionaries, a row at a time. `--epochs` of each fold are measured,
and the rest is extrapolated, both of which are printed.

It errs towards too fast: the true labels are looked up once, not in every cell of the grid; and as training goes on and
probabilities spread, more clips take the longer ways through the decoder than in the first epochs.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import numpy as np
import torch
import torch.nn.functional as F
from rich.console import Console
from sklearn.preprocessing import StandardScaler
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from blemore_cli.core.labels import EMOTIONS, LABELS, N_EMOTIONS, SALIENCE
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.data.splits import Split, fold_splits
from blemore_cli.evaluation.scoring.thresholds import search_thresholds

N_EPOCHS, BATCH_SIZE, D_HIDDEN, LEARNING_RATE, WEIGHT_DECAY, SEED = 200, 32, 512, 5e-6, 1e-3, 42


class Part(TypedDict):
    """An emotion of an answer, with its salience in percent."""

    emotion: str
    salience: float


Answer = list[Part]
Found = tuple[float, float, float, float]
"""Alpha, beta, and the presence and salience accuracy that they reach."""


@dataclass
class Times:
    """Seconds spent, over all folds."""

    setup: float = 0.0
    training: float = 0.0
    search: float = 0.0


def decoded(row: Floats, alpha: float, beta: float) -> Answer:
    """The answer for one clip, of which at most two probabilities are not zero."""
    top = int(np.argmax(row))
    if row[top] < alpha:
        return [{"emotion": EMOTIONS[top], "salience": 100.0}]
    kept = np.flatnonzero((row >= alpha) & (row > 0))
    if len(kept) < 2:
        return [{"emotion": EMOTIONS[top], "salience": 100.0}]
    first, second = int(kept[0]), int(kept[1])
    if EMOTIONS[second] == "neu":
        single = first if row[first] >= row[second] else second
        return [{"emotion": EMOTIONS[single], "salience": 100.0}]
    if abs(row[first] - row[second]) <= beta:
        saliences = 50.0, 50.0
    else:
        saliences = (70.0, 30.0) if row[first] > row[second] else (30.0, 70.0)
    return [
        {"emotion": EMOTIONS[first], "salience": saliences[0]},
        {"emotion": EMOTIONS[second], "salience": saliences[1]},
    ]


def two_largest(prob: Floats) -> Floats:
    """(N, 6) the probabilities with all but the two largest of each row set to zero."""
    kept = np.zeros_like(prob)
    order = np.argsort(-prob, axis=1, kind="stable")[:, :2]
    np.put_along_axis(kept, order, np.take_along_axis(prob, order, axis=1), axis=1)
    return kept


def presence_accuracy(truths: dict[str, Answer], answers: dict[str, Answer]) -> float:
    """Share of the clips with the right set of emotions."""
    right = []
    for name, answer in answers.items():
        right.append({part["emotion"] for part in truths[name]} == {part["emotion"] for part in answer})
    return float(np.mean(right))


def salience_accuracy(truths: dict[str, Answer], answers: dict[str, Answer]) -> float:
    """Share of the blends with the right emotions at the right saliences."""
    right = []
    for name, answer in answers.items():
        if len(truths[name]) == 2:
            true = {part["emotion"]: np.round(part["salience"]) for part in truths[name]}
            right.append(len(answer) == 2 and true == {part["emotion"]: np.round(part["salience"]) for part in answer})
    return float(np.mean(right)) if right else 0.0


def plain_search(truths: dict[str, Answer], prob: Floats) -> Found:
    """The best of 400 cells; the first of equals."""
    cells = []
    rows = two_largest(prob)
    for alpha in np.linspace(0.05, 0.95, 20):
        for beta in np.linspace(0.05, 0.95, 20):
            answers = {name: decoded(row, alpha, beta) for name, row in zip(truths, rows, strict=True)}
            accuracies = presence_accuracy(truths, answers), salience_accuracy(truths, answers)
            cells.append((float(alpha), float(beta), *accuracies))
    return max(cells, key=lambda cell: 0.5 * cell[2] + 0.5 * cell[3])


def answer_of(label: int) -> Answer:
    """A permitted label in the form of an answer."""
    saliences = map(float, LABELS[label].saliences_pct)
    return [
        {"emotion": emotion, "salience": salience}
        for emotion, salience in zip(LABELS[label].emotions, saliences, strict=True)
    ]


def standardised(features: Floats, split: Split) -> tuple[Tensor, Tensor]:
    """The rows to learn from and the rows held out, by mean and deviation of the former."""
    scaler = StandardScaler().fit(features[split.train])
    train, held_out = (scaler.transform(features[rows]) for rows in (split.train, split.held_out))
    return torch.from_numpy(train), torch.from_numpy(held_out)


def loader(features: Tensor, label: Ints, *, shuffle: bool) -> "DataLoader[tuple[Tensor, ...]]":
    """Batches of features (B, D) and salience distributions (B, 6)."""
    target = torch.from_numpy(SALIENCE[label]).float()
    return DataLoader(TensorDataset(features, target), batch_size=BATCH_SIZE, shuffle=shuffle)


def train_epoch(model: nn.Module, optimiser: torch.optim.Optimizer, data: "DataLoader[tuple[Tensor, ...]]") -> float:
    """Passes once over the training rows; returns the mean loss of the batches."""
    total = 0.0
    for features, target in data:
        optimiser.zero_grad()
        loss = F.kl_div(F.log_softmax(model(features), dim=1), target, reduction="batchmean")
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        total += loss.item()
    return total / len(data)


@torch.no_grad()
def probabilities(model: nn.Module, data: "DataLoader[tuple[Tensor, ...]]") -> Floats:
    """(N, 6) what the model says of every row, a batch at a time."""
    return np.concatenate([F.softmax(model(features), dim=1).numpy() for features, _ in data])


def run_fold(index: Index, features: Floats, split: Split, n_epochs: int, times: Times) -> list[Found]:
    """Trains on the other folds; returns what the search finds after each epoch."""
    start = time.perf_counter()
    label, names = index.clips.label, index.clips.filename
    train, held_out = standardised(features, split)
    batches = loader(train, label[split.train], shuffle=True)
    scored = loader(held_out, label[split.held_out], shuffle=False)
    truths = {str(names[row]): answer_of(label[row]) for row in split.held_out}
    model = nn.Sequential(nn.Linear(train.shape[1], D_HIDDEN), nn.ReLU(), nn.Linear(D_HIDDEN, N_EMOTIONS))
    optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    times.setup += time.perf_counter() - start
    found = []
    for _ in range(n_epochs):
        start = time.perf_counter()
        train_epoch(model, optimiser, batches)
        prob = probabilities(model, scored)
        trained = time.perf_counter()
        found.append(plain_search(truths, prob))
        times.training += trained - start
        times.search += time.perf_counter() - trained
        check(label[split.held_out], prob, found[-1])
    return found


def check(label: Ints, prob: Floats, found: Found) -> None:
    """The vectorised search must find the same, or one of the two is not the organisers'."""
    ours = search_thresholds(label, prob)
    if not np.allclose((ours.alpha, ours.beta, ours.presence, ours.salience), found, rtol=0, atol=1e-12):
        raise SystemExit(f"the threshold searches disagree: {ours}, {found}")


def report(console: Console, times: Times, scores: Sequence[float], n_epochs: int) -> None:
    """Prints what was measured, and what that makes for all epochs."""
    n_folds = len(scores)
    measured = times.setup + times.training + times.search
    whole = times.setup + (times.training + times.search) * N_EPOCHS / n_epochs
    console.print(
        f"measured: {n_folds} folds x {n_epochs} epochs in {measured:.1f} s "
        f"(setup {times.setup:.1f}, training {times.training:.1f}, threshold search {times.search:.1f}), "
        f"{torch.get_num_threads()} thread(s), {time.process_time():.1f} s of CPU with imports"
    )
    console.print(f"  mean over folds of the best epoch's Score, on the fold it was chosen on: {np.mean(scores):.3f}")
    how = "measured" if n_epochs == N_EPOCHS else f"extrapolated from {n_epochs}"
    console.print(f"{n_folds} folds x {N_EPOCHS} epochs, {how}: {whole:.0f} s ({whole / 60:.1f} min)")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--index", type=Path, required=True, help="index written by `blemore index`")
    parser.add_argument("--encoder", required=True, help="name of an encoder without missing clips")
    parser.add_argument("--epochs", type=int, default=2, help=f"epochs of each fold to measure, of {N_EPOCHS}")
    parser.add_argument("--threads", type=int, default=1)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    torch.manual_seed(SEED)
    index, times, scores = read_index(chosen.index), Times(), []
    features = index.features(chosen.encoder)
    for split in fold_splits(index.clips):
        found = run_fold(index, features, split, chosen.epochs, times)
        scores.append(max((presence + salience) / 2 for _, _, presence, salience in found))
    report(Console(soft_wrap=True), times, scores, chosen.epochs)


if __name__ == "__main__":
    main()
