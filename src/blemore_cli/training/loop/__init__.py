"""Training loop: jobs, batches, losses, optimiser, and stacks of models."""
