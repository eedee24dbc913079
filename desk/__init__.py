"""The counter window: HTTP API, the clerk's page, who may ask what, and what came of it."""
