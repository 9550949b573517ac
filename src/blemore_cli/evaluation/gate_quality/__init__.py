"""Measures of encoder selection: gate precision, deletion curves, entropy, stability."""
