"""What the templates of payments can say."""
