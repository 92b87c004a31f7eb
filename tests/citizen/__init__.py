"""Tests of the citizen room."""
