"""Reads of the dashboard, by page."""
