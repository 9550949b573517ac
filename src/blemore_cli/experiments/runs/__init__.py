"""Run folders and the artefacts that they hold."""
