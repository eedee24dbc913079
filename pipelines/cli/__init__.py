"""The `sohoa` command: one module per command."""
