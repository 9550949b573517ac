"""What leaves the toolkit: submissions."""
