"""Double feeds and lost sheets, simulated page by page."""
