"""The Assess desk."""
