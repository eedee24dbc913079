"""What the machine understands of a paper: its type and its fields, against the truth."""
