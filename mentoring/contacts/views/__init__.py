"""Pages of contacts, replies, notes and the directory, by noun."""
