"""What every room stands on, knowing nothing of the domain: errors, progress, files that are there whole or not."""
