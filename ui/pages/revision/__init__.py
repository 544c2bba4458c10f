"""The Revision desk."""
