"""The HTTP API: submit, follow and drop registrations, and search sections."""
