"""Figure of the page: drawing, caption, and conclusion."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class PageFigure:
    """One figure.

    Attributes:
        caption: What is drawn, with units.
        conclusion: What to conclude from these data.
        of: Its run, as the page's switches name it; empty for several.
        heading: Its name among the figures beside it, usually the model.
    """

    svg: Markup
    caption: str
    conclusion: str
    of: str = ""
    heading: str = ""
