"""Edits of a plan: each a change of rows, on disk at once, and taken back row by row."""
