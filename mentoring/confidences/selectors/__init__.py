"""Reads of notes, their disclosure, and what a pair wants, by noun."""
