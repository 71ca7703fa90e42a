"""Terms, course modules, sections, seats and the queue for them."""
