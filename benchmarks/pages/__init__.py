"""How long each page of a student takes, with nothing else to do for the site."""
