"""Paired statistics over actors, folds and seeds."""
