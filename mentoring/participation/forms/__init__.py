"""Forms about taking part, by noun."""
