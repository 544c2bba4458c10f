"""Where coordinates are: reference systems, datums, swapped axes, zone numbers, GCJ-02, and what contradicts them."""
