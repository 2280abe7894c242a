"""Pages of a student, by noun."""
