"""What the figures are held against: a bare view that checks a token and inserts two rows."""
