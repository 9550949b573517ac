import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.core.optional_package import check_installed


def test_a_package_that_is_there_is_not_imported_and_another_is_named_with_its_extra() -> None:
    check_installed("numpy", "--numbers", extra="numbers", otherwise="count by hand")
    with pytest.raises(UsageError, match="--magic needs the package no_such_package, which is not installed") as caught:
        check_installed("no_such_package", "--magic", extra="magic", otherwise="leave it out")
    assert caught.value.fix == "Install the extra, as in `pip install '.[magic]'`, or leave it out."
