"""Run folders and the protocols that fill them."""
