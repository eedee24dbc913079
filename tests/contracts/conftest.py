"""The servers that these tests run against."""

from tests.oracles.postgres import postgres
from tests.oracles.seaweed import seaweed

__all__ = ["postgres", "seaweed"]
