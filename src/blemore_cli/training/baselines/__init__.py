"""Baselines fitted in closed form."""
