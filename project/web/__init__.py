"""Shared by all pages and the API: errors, middleware, navigation, limits, health."""
