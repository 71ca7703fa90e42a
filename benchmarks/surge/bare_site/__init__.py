"""The reference for the figures: a bare view that checks a token and inserts two rows."""
