"""What is announced, and in which words. Pure."""
