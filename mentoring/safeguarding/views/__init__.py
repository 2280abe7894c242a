"""Pages of emergencies and of safeguarding leads."""
