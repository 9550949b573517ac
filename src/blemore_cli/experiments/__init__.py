"""Experiments: cross-validation and ablation, which are the entries, with the rooms that they are made of."""
