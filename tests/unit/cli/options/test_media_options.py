from dataclasses import asdict

from blemore_cli.cli.options.media_options import MediaOptions


def test_without_options_the_project_decides() -> None:
    assert asdict(MediaOptions()) == {"media": None, "embed": False}
