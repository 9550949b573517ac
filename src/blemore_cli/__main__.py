"""`python -m blemore_cli` is `blemore`."""

from blemore_cli.cli.app import main

if __name__ == "__main__":
    main()
