"""Optimisers: Adam of stacked weights, L-BFGS of a few numbers, and the running average of weights."""
