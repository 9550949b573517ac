"""Layers of one model as encoders, or their mean as one."""
