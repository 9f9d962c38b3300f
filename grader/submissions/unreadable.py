"""The one way in which reading what was handed in may fail."""

from __future__ import annotations


class Unreadable(Exception):
    """Carries the sentence that says why, and where there is one, the cure."""
