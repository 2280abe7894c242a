"""Pages about recruiting, by reader."""
