"""Choice of voices: 20 prompts of 2 to 8 seconds of each speaker of the unpacked packages, for `make media`."""

import shutil
import sys
import wave
from pathlib import Path

N_CLIPS, SHORTEST, LONGEST = 20, 2.0, 8.0


def pick(packages: Path, out: Path) -> None:
    """Copies every n-th prompt of fitting length of each folder of prompts to a folder `SPEAKER/`."""
    for speaker in sorted(packages.glob("usr/share/asterisk/sounds/*_*_*")):
        fitting = [path for path in sorted(speaker.glob("*.wav")) if SHORTEST <= seconds(path) <= LONGEST]
        (out / speaker.name).mkdir(parents=True, exist_ok=True)
        for number in range(N_CLIPS):
            shutil.copy(fitting[number * len(fitting) // N_CLIPS], out / speaker.name)


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return float(file.getnframes() / file.getframerate())


if __name__ == "__main__":
    pick(Path(sys.argv[1]), Path(sys.argv[2]))
