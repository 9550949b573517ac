"""Fit of the evidence pool to cross-fitted distributions of training rows."""
