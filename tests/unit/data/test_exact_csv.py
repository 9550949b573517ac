import io

import numpy as np
import pandas as pd

from blemore_cli.data.exact_csv import read_exact_csv


def test_numbers_come_back_to_the_last_bit() -> None:
    numbers = np.random.default_rng(0).dirichlet(np.ones(36), 100)
    content = pd.DataFrame(numbers).to_csv(index=False).encode()
    assert np.array_equal(read_exact_csv(io.BytesIO(content)).to_numpy(), numbers)


def test_options_are_those_of_pandas() -> None:
    table = read_exact_csv(io.BytesIO(b"name\nNA\n"), dtype={"name": str}, keep_default_na=False)
    assert table["name"].tolist() == ["NA"]
