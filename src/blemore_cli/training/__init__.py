"""Losses, scaling, the loop, prediction and checkpoints."""
