"""What other programs are given to work with: JSON Schemas of documents, edits and options, and pages of options."""
