"""From the scan and its words to one PDF/A-2u."""
