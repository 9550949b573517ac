"""Feature files of all layouts, read and aggregated to one row a clip."""
