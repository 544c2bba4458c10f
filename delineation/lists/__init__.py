"""Entry lists: the clause library and the draft lists of a plan's units."""
