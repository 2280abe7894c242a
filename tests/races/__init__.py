"""Two writers at one place, again and again, with the database asked after each round (trust.md §3, Races)."""
