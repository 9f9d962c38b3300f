"""Strategies for messages that are right in most of their parts."""

from hypothesis import strategies as st


def mostly(strategy, otherwise):
    """What is right seven times of eight, so that messages reach what comes after the validation."""
    return st.integers(0, 7).flatmap(lambda number: strategy if number else otherwise)
