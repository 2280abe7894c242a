"""Pages about events, by reader."""
