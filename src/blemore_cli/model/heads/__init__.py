"""Heads: from the fused latent to label probabilities."""
