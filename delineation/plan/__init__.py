"""The plan: its tables, its file, its journal, and what it rests on."""
