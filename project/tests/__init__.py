"""Tests of the platform, and of all apps together."""
