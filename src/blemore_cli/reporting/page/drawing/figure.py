"""A figure of the page: what is drawn, and what the reader should conclude."""

from dataclasses import dataclass

from markupsafe import Markup

from blemore_cli.experiments.runs.loaded_run import LoadedModel


@dataclass(frozen=True)
class PageFigure:
    """One figure.

    Attributes:
        of: The run that it is about, as the page's switches name it; empty if it is about several.
        heading: What distinguishes it from the figures beside it, usually the model.
        svg: The drawing.
        shows: What is drawn, with units.
        says: What to conclude from these data.
    """

    of: str
    heading: str
    svg: Markup
    shows: str
    says: str


def figure_of(model: LoadedModel, *, svg: Markup, shows: str, says: str) -> PageFigure:
    """A figure about one model, under its name."""
    return PageFigure(of=model.run, heading=model.name, svg=svg, shows=shows, says=says)
