"""Clips, actors, labels and folds, from metadata files or clip names."""
