"""Errors as pages, as `application/problem+json`, and the refusal both are made from."""
