"""HTML page of a report, with a content security policy that forbids all network."""

import base64
import hashlib
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from blemore_cli import __version__
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.page.clip_data import ClipData
from blemore_cli.reporting.page.clip_media import NO_MEDIA, PageMedia
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.facts import RunFacts
from blemore_cli.reporting.page.table import PageTable, page_table
from blemore_cli.reporting.tables.ablation import CHANGES, DIFFERENCES, LEGEND, NAME, arm_rows
from blemore_cli.reporting.tables.published import CAVEAT


@dataclass(frozen=True)
class Section:
    """Figures on one topic, those of several runs side by side.

    Attributes:
        key: Name of the section in links.
        notes: Further sentences, for example why a figure is missing.
        table: The figures as numbers, if any, and its note.
    """

    key: str
    title: str
    figures: list[PageFigure]
    notes: list[str]
    table: tuple[PageTable, str] | None = None

    @property
    def brief(self) -> str:
        """Conclusion of the first figure, after its heading where there are several."""
        first = self.figures[0]
        return first.conclusion if len(self.figures) == 1 else f"{first.heading}: {first.conclusion}"


@dataclass(frozen=True)
class Page:
    """Content of the page.

    Attributes:
        caveats: Warnings to read before comparing figures.
        scores: A row for each model.
        published: A row for each published system, where the clips are those of the challenge.
        media: Media of the clips, which the clip browser plays.
    """

    title: str
    runs: list[RunFacts]
    caveats: list[str]
    scores: PageTable
    published: PageTable
    ablations: list[Ablation]
    sections: list[Section]
    clips: ClipData
    media: PageMedia = NO_MEDIA

    @property
    def n_figures(self) -> int:
        """Number of figures."""
        return sum(len(section.figures) for section in self.sections)


def render(page: Page) -> str:
    """The page as HTML in one piece: it loads nothing but linked media, and its policy would not let it."""
    environment = Environment(
        loader=PackageLoader("blemore_cli.reporting.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _template("report.css"), _template("report.js")
    return environment.get_template("report.html").render(
        page=page,
        policy=policy(style, script, page.media.allowed),
        style=Markup(style),  # noqa: S704  # our own files, and data without `<`
        script=Markup(script),  # noqa: S704
        data=Markup(page.clips.json),  # noqa: S704
        published_caveat=CAVEAT,
        comparison_table=comparison_table,
        comparison_legend=LEGEND,
        version=__version__,
    )


def comparison_table(ablation: Ablation) -> PageTable:
    """A row for each arm that is compared with the reference; the figures of the arms are in the table of Scores."""
    return page_table((NAME, CHANGES, *DIFFERENCES), [row for row in arm_rows(ablation) if row.tests])


def policy(style: str, script: str, media: str = "") -> str:
    """A Content-Security-Policy that allows exactly this style sheet and this script, and no request but for media."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:; {media}"
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _template(name: str) -> str:
    return (resources.files("blemore_cli.reporting.page") / "templates" / name).read_text(encoding="utf-8")
