"""Simulated failures of encoders: corrupted features, and whether a gate tells sound encoders from failed ones."""
