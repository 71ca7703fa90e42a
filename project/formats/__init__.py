"""How dates and times are written in each language, on pages, in emails and in the admin."""
