"""Revision (修订): edits of a plan, each one relabelling faces or cutting them, undone and redone, one by one on disk."""
