"""How well a paper that is scanned again is found among others of its form."""
