"""Options of the media in a report: the files that its clip browser plays, linked or in the page."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blemore_cli.cli.command import Session
from blemore_cli.core.errors import DataError, UsageError

if TYPE_CHECKING:
    from blemore_cli.core.config.schema import Config
    from blemore_cli.extraction.media.files import ClipMedia
    from blemore_cli.reporting.page.clip_media import PageMedia


@dataclass(frozen=True)
class MediaOptions:
    """Media of the clips of a report."""

    media: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder of the clips' media, to play them in the page; repeatable.",
            metavar="DIR",
            show_default="extract.media",
        ),
    ] = None
    embed: Annotated[
        bool, typer.Option("--embed", help="Put small frames and sound into the page instead of links.")
    ] = False


def page_media(session: Session, config: "Config", options: MediaOptions, out: Path) -> "PageMedia":
    """The media of the clips for a page.

    Raises:
        DataError: If a folder that is given holds no media of the index's clips.
        UsageError: If media are to be embedded, and there are none.
    """
    from blemore_cli.reporting.page.clip_media import NO_MEDIA, embedded_bytes, embedded_media, linked_media

    media = _media_of_clips(session, config, options)
    if not media:
        return NO_MEDIA
    if not options.embed:
        return linked_media(media, out)
    session.output.note(f"media of {len(media)} clips in the page: about {embedded_bytes(media) / 1e6:.1f} MB")
    with session.output.progress() as progress:
        return embedded_media(media, lambda done: progress("media", done, len(media)))


def _media_of_clips(session: Session, config: "Config", options: MediaOptions) -> list["ClipMedia"]:
    """The media files of the index's clips: of folders that are given, or else of `extract.media`, if it is there."""
    from blemore_cli.data.index.file import read_index
    from blemore_cli.extraction.media.files import find_media

    folders = options.media or config.extract.media
    if not folders:
        if options.embed:
            raise UsageError("--embed needs media, got none", fix="Give --media DIR, or extract.media in blemore.yaml.")
        return []
    try:
        return find_media(folders, read_index(config.data.index).clips.filename.tolist()).clips
    except DataError as error:
        if options.media or options.embed:
            raise
        session.output.note(f"the page plays no clips: {error.message}")
        return []
