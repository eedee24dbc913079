"""Synthetic Vietnamese administrative papers with exact truth, and the program that draws them."""
