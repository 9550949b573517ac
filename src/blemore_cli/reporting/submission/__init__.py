"""Prediction files, submissions and their scores."""
