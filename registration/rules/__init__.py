"""Pure rules of `registration`: the same input always gives the same result."""
