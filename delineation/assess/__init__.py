"""The assessment of a project: may it come here, which clause says so, and what was not checked."""
