from pathlib import Path

import pytest

from blemore_cli.core.processes.machine import INITIAL_NAMESPACE, Machine, this_machine


def test_one_host_name_is_one_machine_outside_of_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.node", lambda: "host")
    monkeypatch.setattr(Path, "readlink", lambda _: Path(INITIAL_NAMESPACE))
    assert this_machine() == Machine("host", "")


def test_containers_of_one_host_name_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def container(namespace: int, boot: str) -> Machine:
        monkeypatch.setattr(Path, "readlink", lambda _: Path(f"pid:[{namespace}]"))
        monkeypatch.setattr(Path, "read_text", lambda *_, **__: f"{boot}\n")
        return this_machine()

    assert container(1, "a") == container(1, "a")
    assert len({container(1, "a"), container(2, "a"), container(1, "b")}) == 3


def test_the_name_is_all_where_the_system_does_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> Path:
        raise PermissionError

    monkeypatch.setattr("platform.node", lambda: "host")
    monkeypatch.setattr(Path, "readlink", refuse)
    assert this_machine() == Machine("host", "")
