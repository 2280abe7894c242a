"""Pages about taking part, by noun."""
