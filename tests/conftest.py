"""What holds for every test: one thread a process, plain output of a known width, and no moving away."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.real_data import HICMAE

pytest_plugins = [
    f"tests.fixtures.{name}" for name in ("ablation", "explanation", "predictors", "report", "stress", "tiny", "tuning")
]

settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")

# Set before numpy and torch are imported: two tests at once on two cores are slowed down by threads of their own.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[_variable] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `real` are skipped without the real data, or fail where BLEMORE_REQUIRE_REAL=1 asks for them."""
    if item.get_closest_marker("real") is None or HICMAE.is_dir():
        return
    reason = f"the real data are not in {HICMAE}"
    if os.environ.get("BLEMORE_REQUIRE_REAL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """What a test process writes need not outlive a loss of power; processes that tests start do wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("PYTHONWARNINGS", "error")  # of processes that a test starts; pytest's own are in pyproject.toml


@pytest.fixture(autouse=True)
def _same_working_directory() -> Iterator[None]:
    before = Path.cwd()
    yield
    os.chdir(before)
