"""What the panel works on, without a widget: the session with its case, plan and trial, and its slow work."""
