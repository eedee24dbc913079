"""The secrecy guard measured: pages that bear a mark, and pages that only look as if they did."""
