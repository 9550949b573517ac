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


def share_text(value: float) -> str:
    """A share in [0, 1] as whole percents, exact zeros and wholes apart.

    Examples:
        >>> share_text(0.304), share_text(0.001), share_text(0.0), share_text(0.999)
        ('30 %', '<1 %', '0 %', '>99 %')
    """
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{100 * value:.0f} %"
