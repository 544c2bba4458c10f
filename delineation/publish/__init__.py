"""What other programs are given to work with: JSON Schemas of the documents of the command line."""
