"""The Output page: what a plan can become, and the package."""
