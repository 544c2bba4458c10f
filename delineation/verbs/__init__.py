"""What the doors call: each verb joins several rooms."""
