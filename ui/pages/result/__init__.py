"""The Result page."""
