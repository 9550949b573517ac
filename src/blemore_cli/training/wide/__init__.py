"""Reduction of encoders with more columns than there are training clips, by inner products of their rows."""
