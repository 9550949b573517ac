"""Covariate shift between training and test clips, and what follows from it."""
