"""Check that an optional package is installed, without importing it."""

from importlib.util import find_spec

from blemore_cli.core.errors import UsageError


def check_installed(package: str, flag: str, *, extra: str, otherwise: str) -> None:
    """Refuses a flag whose package is not there.

    Args:
        package: Name of the package.
        flag: The flag that needs it.
        extra: The extra that installs it.
        otherwise: What to do without it, as the end of a sentence.

    Raises:
        UsageError: If it is not installed.
    """
    if find_spec(package) is None:
        raise UsageError(
            f"{flag} needs the package {package}, which is not installed",
            fix=f"Install the extra, as in `pip install '.[{extra}]'`, or {otherwise}.",
        )
