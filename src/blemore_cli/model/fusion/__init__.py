"""Fusion rules: from the latents of the selected encoders to one fused latent."""
