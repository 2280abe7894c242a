"""Pages of a mentee, a mentor, and the person to whom a note was shown."""
