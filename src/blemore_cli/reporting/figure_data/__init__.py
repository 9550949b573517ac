"""Contents and conclusions of the figures that page and paper both draw."""
