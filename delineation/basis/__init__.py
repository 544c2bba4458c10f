"""The basis of a plan: all that the sources give."""
