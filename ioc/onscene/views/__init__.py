"""Pages of the on-the-scene system."""
