"""What a command asks for: the engine and the slots."""

from blemore_cli.core.parallel.backend import LOCAL


def test_by_default_the_engine_is_local_and_the_run_decides_the_slots() -> None:
    assert LOCAL.slots is None
