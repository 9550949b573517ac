"""Models of local Hugging Face folders as encoders."""
