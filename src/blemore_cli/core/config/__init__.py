"""The typed configuration: its schema, the project file, and overrides."""
