"""Predictions of trained fold models, and submissions from them."""
