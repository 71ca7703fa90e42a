"""The response time of each student page on an otherwise idle site."""
