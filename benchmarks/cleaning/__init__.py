"""What each step of cleaning is worth: `python -m benchmarks.cleaning`."""
