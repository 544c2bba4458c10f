"""Candidate divisions side by side, opened from the Method page."""
