"""From judged faces to units: cleaning, grouping, codes, lineage."""
