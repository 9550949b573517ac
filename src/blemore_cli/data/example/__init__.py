"""The planted example project."""
