"""The Lists desk."""
