"""Checks of an index: counts, gaps, shift and person clusters."""
