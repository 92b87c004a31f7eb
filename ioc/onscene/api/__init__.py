"""The on-the-scene API."""
