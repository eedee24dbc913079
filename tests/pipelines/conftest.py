"""The server that these tests run against."""

from tests.oracles.seaweed import seaweed

__all__ = ["seaweed"]
