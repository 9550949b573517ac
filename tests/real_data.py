"""Where the real data of the tests marked `real` are: `shared/data`, beside the project's root."""

from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parents[2] / "shared" / "data"
HICMAE: Final = DATA / "blemore-hicmae"
