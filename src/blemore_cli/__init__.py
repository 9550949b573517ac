"""blemore: blended emotion recognition from the features of many encoders."""

__version__ = "0.1.0"
