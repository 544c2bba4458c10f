"""Assessment of a project: what the entry clauses say of a site, and why."""
