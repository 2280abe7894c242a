"""Pages of support groups, by reader."""
