"""SVG drawing for the figures of the HTML report."""
