"""Pages of matching, by noun."""
