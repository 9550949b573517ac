"""Decoding, metrics and statistics on plain arrays."""
