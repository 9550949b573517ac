"""Tensors of R models side by side, so that one operation serves all of them."""
