"""Training: scaling, losses, the loop, prediction and checkpoints."""
