"""Forms of the administration's screens: they parse and explain; actions decide and write."""
