"""The Method page: how faces are grouped."""
