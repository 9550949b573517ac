"""`blemore` and `python -m blemore_cli`: signals first, so that an interruption while modules are imported is quiet."""

from blemore_cli.cli.interruption import ended_at_once, leave_when_interrupted


def main() -> None:
    """Runs the command line."""
    leave_when_interrupted()
    from blemore_cli.cli.app import main as run

    with ended_at_once():
        run()


if __name__ == "__main__":
    main()
