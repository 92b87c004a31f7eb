"""The Intelligent Operations Center of a Vietnamese province."""
