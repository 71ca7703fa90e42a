"""What `registration` reads."""
