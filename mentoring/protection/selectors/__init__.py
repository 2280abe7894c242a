"""Reads about what is kept of people, all of them through the registry of personal data."""
