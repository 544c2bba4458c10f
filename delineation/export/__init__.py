"""What a plan is handed on as: one file a format."""
