"""Pages for people and businesses."""
