"""The bench: how a division of the faces is measured, and held against other divisions of the same faces."""
