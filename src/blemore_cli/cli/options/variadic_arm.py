"""Option `--arm NAME key=value ...`, with any number of values."""

from typing import Any

from typer.core import TyperCommand

OPTION = "--arm"


class VariadicArm(TyperCommand):
    """A command whose `--arm` takes every `key=value` that follows its name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Joins the values of each `--arm` before the options are read."""
        return super().parse_args(ctx, joined(args))


def joined(args: list[str]) -> list[str]:
    """Makes `--arm NAME key=value key=value` one option with one value.

    Examples:
        >>> joined(["--arm", "wide", "model.d_latent=64", "train.seed=1", "--seeds", "3"])
        ['--arm', 'wide model.d_latent=64 train.seed=1', '--seeds', '3']
    """
    result: list[str] = []
    is_open = False
    for arg in args:
        if is_open and "=" in arg and not arg.startswith("-"):
            result[-1] += f" {arg}"
        else:
            is_open = result[-1:] == [OPTION] or arg.startswith(f"{OPTION}=")
            result.append(arg)
    return result
