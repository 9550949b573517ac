"""Explanations of encoder selection, by replaying fold models."""
