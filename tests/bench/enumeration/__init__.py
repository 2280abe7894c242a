"""How long the doors take to answer, for an address that has an account and for one that has none."""
