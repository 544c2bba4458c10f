"""What a division is worth: each metric with its formula, unit and source, and which divisions no other beats."""
