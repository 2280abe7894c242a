"""How long, and in how much memory, one pass of the nudges decides."""
