"""Stress test of a run: its fold models on held-out clips for which encoders fail."""
