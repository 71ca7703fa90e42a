"""What every page and API answer shares: errors, middleware, navigation, limits, health."""
