"""Forms of contacts and of the directory, by noun."""
