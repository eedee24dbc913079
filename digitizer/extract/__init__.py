"""From words to the fields a clerk would recognize."""
