"""Processes: whether one has ended, and locks that name their holder."""
