"""The network, one file for each arrow of the figure."""
