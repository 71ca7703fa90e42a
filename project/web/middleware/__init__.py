"""What is true of every page, one concern per file; their order is that of MIDDLEWARE."""
