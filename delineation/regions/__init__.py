"""Regionalisation: what contiguous regions are made of, how they are judged, and what bounds them; no case, no plan."""
