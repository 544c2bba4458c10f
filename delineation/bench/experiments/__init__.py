"""How sure that is: null model, known truth, sources with errors, thresholds, borders over many runs."""
