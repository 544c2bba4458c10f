"""Small changes to the engine, to see which of them no test notices (`make mutants`)."""
