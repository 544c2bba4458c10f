"""The Processing toolbox: one algorithm a verb."""
