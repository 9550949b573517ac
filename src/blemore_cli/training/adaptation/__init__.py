"""Unsupervised domain adaptation losses on fused latents."""
