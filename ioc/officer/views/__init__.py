"""Pages of the officer room."""
