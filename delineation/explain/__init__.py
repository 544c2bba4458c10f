"""Why something is what it is, and what rules and settings mean."""
