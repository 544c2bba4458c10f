"""The Sources page: what was given, how it is read and what is made of it."""
