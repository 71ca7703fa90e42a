"""Terms, course modules, sections, seats and the waitlists for them."""
