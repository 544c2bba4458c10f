"""A case and its profile: read, checked, written."""
