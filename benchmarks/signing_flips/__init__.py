"""How many flipped bits does the verifier overlook? None is the bar."""
