"""The rule table: read, tested, applied."""
