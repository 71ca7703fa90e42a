"""Notifications: the inbox, and the mail that carries it."""
