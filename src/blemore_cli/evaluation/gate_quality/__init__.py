"""Measures of encoder selection: agreement, deletion curves, entropy, stability."""
