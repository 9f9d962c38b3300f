"""Selects exercises by id, slug, track or pattern."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from grader.errors import UsageError, did_you_mean
from grader.records.exercise import Exercise


def select(exercises: Sequence[Exercise], patterns: Sequence[str]) -> tuple[Exercise, ...]:
    """The exercises that match any of the patterns, in their own order; all exercises if there is no pattern.

    A pattern is an id (`core/gradients-pile-up`), a slug, a track (`core`) or a glob (`core/*grad*`).
    Raises UsageError for the patterns that match nothing.
    """
    if not patterns:
        return tuple(exercises)
    unknown = [pattern for pattern in patterns if not any(_matches(pattern, each) for each in exercises)]
    if unknown:
        raise UsageError(*(_unknown(pattern, exercises) for pattern in unknown))
    return tuple(each for each in exercises if any(_matches(pattern, each) for pattern in patterns))


def _matches(pattern: str, exercise: Exercise) -> bool:
    pattern = pattern.strip("/")
    return pattern in (exercise.track, exercise.slug) or fnmatchcase(exercise.id, pattern)


def _unknown(pattern: str, exercises: Sequence[Exercise]) -> str:
    known = [name for each in exercises for name in (each.id, each.slug, each.track)]
    fix = did_you_mean(pattern, known) or "`python -m grader list` lists all of them."
    return f"There is no exercise or track `{pattern}`: {fix}"
