"""Covariate shift between training and test clips, shift weights and prior matching."""
