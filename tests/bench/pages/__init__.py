"""How long the server needs for each page of a large scheme, and how many questions it asks the database."""
