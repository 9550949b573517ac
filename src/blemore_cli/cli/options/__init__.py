"""Option groups and parameter types."""
