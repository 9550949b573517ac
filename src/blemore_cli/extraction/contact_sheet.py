"""Contact sheet of the clips that an extraction had trouble with: frames of each, and what was the matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from blemore_cli.core.errors import DataError
from blemore_cli.core.files import replacing
from blemore_cli.extraction.manifest import ClipRecord, Manifest
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.media.preview import HEIGHT, strip_of

MOST_CLIPS: Final = 60
MANY_LOST: Final = 0.5
"""Share of frames without a face from which a clip is shown."""

WIDTH, LINE, GAP, FONT_SIZE = 1000, 18, 14, 13
PAPER, INK, SOFT = "white", "black", "#777777"


@dataclass(frozen=True)
class Trouble:
    """What was the matter with one clip.

    Attributes:
        clip: Its name.
        reasons: Why encoders have no features of it, and what is damaged, in sentences.
    """

    clip: str
    reasons: tuple[str, ...]


def troubles(manifests: Mapping[str, Manifest]) -> list[Trouble]:
    """The clips that some encoder failed on, that are damaged, or in which faces are rare, in alphabetical order."""
    encoders_of: dict[str, dict[str, list[str]]] = {}
    for name, manifest in manifests.items():
        for record in manifest.records.values():
            for reason in _reasons(record):
                encoders_of.setdefault(record.clip, {}).setdefault(reason, []).append(name)
    return [
        Trouble(clip, tuple(f"{', '.join(names)}: {reason}" for reason, names in reasons.items()))
        for clip, reasons in sorted(encoders_of.items())
    ]


def _reasons(record: ClipRecord) -> list[str]:
    reasons = [record.failure, record.damage]
    if not record.failure and record.frames and record.lost > MANY_LOST * record.frames:
        reasons.append(f"no face in {record.lost} of {record.frames} frames")
    return [reason for reason in reasons if reason]


def draw_contact_sheet(shown: Sequence[Trouble], media: Mapping[str, ClipMedia], path: Path) -> None:
    """Draws the first 60 clips below each other, and writes the picture.

    Args:
        shown: The clips.
        media: Media of clips by name; of a clip without, the reasons alone are shown.
        path: The PNG file.

    Raises:
        ArtefactError: If it cannot be written.
    """
    rows = [_row(trouble, media.get(trouble.clip)) for trouble in shown[:MOST_CLIPS]]
    sheet = Image.new("RGB", (WIDTH, GAP + sum(row.height + GAP for row in rows)), PAPER)
    top = GAP
    for row in rows:
        sheet.paste(row, (GAP, top))
        top += row.height + GAP
    with replacing(path) as temporary:
        sheet.save(temporary, "PNG")


def _row(trouble: Trouble, media: ClipMedia | None) -> Image.Image:
    """The name of a clip, the reasons, and a strip of its frames where it has some."""
    strip = _strip(media)
    row = Image.new("RGB", (WIDTH - 2 * GAP, LINE * (1 + len(trouble.reasons)) + (strip.height if strip else 0)), PAPER)
    draw, font = ImageDraw.Draw(row), ImageFont.load_default(FONT_SIZE)
    draw.text((0, 0), trouble.clip, INK, font)
    for number, reason in enumerate(trouble.reasons, 1):
        draw.text((0, number * LINE), reason[:150], SOFT, font)
    if strip:
        row.paste(strip, (0, row.height - strip.height))
    return row


def _strip(media: ClipMedia | None) -> Image.Image | None:
    if media is None or media.video is None:
        return None
    try:
        strip = strip_of(media.video)
    except DataError:
        return None
    if strip is not None and strip.width > WIDTH - 2 * GAP:
        strip = strip.resize((WIDTH - 2 * GAP, max(1, HEIGHT * (WIDTH - 2 * GAP) // strip.width)))
    return strip
