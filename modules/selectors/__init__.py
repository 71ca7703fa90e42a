"""What `modules` reads from its own tables."""
