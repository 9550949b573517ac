"""Figure of the page: drawing, caption, and conclusion."""

from dataclasses import dataclass

from markupsafe import Markup

from blemore_cli.experiments.runs.loaded_run import LoadedModel


@dataclass(frozen=True)
class PageFigure:
    """One figure.

    Attributes:
        of: Its run, as the page's switches name it; empty for several.
        heading: Its name among the figures beside it, usually the model.
        caption: What is drawn, with units.
        conclusion: What to conclude from these data.
    """

    of: str
    heading: str
    svg: Markup
    caption: str
    conclusion: str


def figure_of(model: LoadedModel, *, svg: Markup, caption: str, conclusion: str) -> PageFigure:
    """A figure about one model, under its name."""
    return PageFigure(of=model.run, heading=model.name, svg=svg, caption=caption, conclusion=conclusion)
