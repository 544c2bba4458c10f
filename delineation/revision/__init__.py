"""Edits of a plan: faces are relabelled, or cut; no other vertex moves."""
