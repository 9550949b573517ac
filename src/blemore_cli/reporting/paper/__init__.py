"""Figures in the size of a paper's column."""
