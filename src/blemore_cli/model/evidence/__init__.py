"""Evidence fusion: the encoders' own label distributions, joined by a robust logarithmic opinion pool."""
