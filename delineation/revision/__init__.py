"""Revision (修订): edits of a plan, which relabel faces or cut them; each on disk at once, undone and redone."""
