"""How long a look-up takes in a large catalog."""
