"""Metadata, feature files, the HDF5 index, splits, and the example project."""
