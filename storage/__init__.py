"""Bytes and records at rest: object store, package, catalog, look-up."""
