"""How well pages are read, against the truth typed by eye: `python -m benchmarks.reading`."""
