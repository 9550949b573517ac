"""Whether campaigns of faults run long, as `make faults` has them."""

import os

IS_LONG = os.environ.get("BLEMORE_FAULTS") == "long"
