"""Which exercises somebody means by an id, a track or a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from grader.errors import UsageError, did_you_mean
from grader.records.exercise import Exercise


def select(exercises: Sequence[Exercise], patterns: Sequence[str]) -> tuple[Exercise, ...]:
    """The exercises that any pattern means, in their own order; all of them if there is no pattern.

    A pattern is an id (`core/gradients-pile-up`), a slug, a track (`core`) or a glob (`core/*grad*`).
    Raises UsageError naming each pattern that means none, with the nearest name.
    """
    if not patterns:
        return tuple(exercises)
    unknown = [pattern for pattern in patterns if not any(_means(pattern, each) for each in exercises)]
    if unknown:
        raise UsageError(*(_unknown(pattern, exercises) for pattern in unknown))
    return tuple(each for each in exercises if any(_means(pattern, each) for pattern in patterns))


def _means(pattern: str, exercise: Exercise) -> bool:
    pattern = pattern.strip("/")
    return pattern in (exercise.track, exercise.slug) or fnmatchcase(exercise.id, pattern)


def _unknown(pattern: str, exercises: Sequence[Exercise]) -> str:
    known = [name for each in exercises for name in (each.id, each.slug, each.track)]
    fix = did_you_mean(pattern, known) or "`list` shows them all."
    return f"No exercise and no track is called `{pattern}`: {fix}"
