"""Gates: relevance scores of the encoders for a clip."""
