"""The HDF5 index and the feature tables that are read from it."""
