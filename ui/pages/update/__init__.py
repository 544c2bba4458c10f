"""The Revision desk's tab of newer sources."""
