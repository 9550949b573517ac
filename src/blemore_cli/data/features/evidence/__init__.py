"""Columns that are evidence: by their names, by their values, and by the word of the user."""
