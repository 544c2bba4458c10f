"""Small changes to the engine, to see which of them no test notices; `test/mutants.py` is what `make mutants` runs."""
