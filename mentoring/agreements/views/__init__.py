"""Pages about texts: a person's own, and those of staff."""
