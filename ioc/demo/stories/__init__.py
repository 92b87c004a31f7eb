"""Invented reports of the demonstration province (data files)."""
