"""Network, with one file or folder for each arrow of the figure."""
