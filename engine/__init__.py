"""Sanban's workflow engine."""
