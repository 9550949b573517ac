"""Extraction of features from media files with pre-trained encoders."""
