"""The projects of the integration tests, for the campaign."""

from tests.integration.conftest import blemore, planted, trained_once

__all__ = ["blemore", "planted", "trained_once"]
