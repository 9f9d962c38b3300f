"""The points of steps, as exact fractions: 0.1 is exactly one tenth."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from grader.records.exercise import Exercise

RETURNS_POINTS = Fraction(1)


@cache
def exact(points: float) -> Fraction:
    """The decimal number as it is written."""
    return Fraction(str(points))


def points_of_steps(exercise: Exercise, optional: frozenset[int]) -> dict[int, Fraction]:
    """The points of each step that is a call, by index; 0 for a step that may be left out."""
    return {
        index: Fraction(0) if index in optional else exact(step.points)
        for index, step in enumerate(exercise.steps)
        if step.is_call
    }


def full_points(exercise: Exercise, optional: frozenset[int]) -> Fraction:
    """The full points of steps and `returns`, before the exercise's own scale."""
    steps = sum(points_of_steps(exercise, optional).values(), Fraction(0))
    return steps + (RETURNS_POINTS if exercise.returns is not None else 0)


def scaled(points: Fraction, full: Fraction, exercise: Exercise) -> float:
    """Points on the exercise's own scale."""
    if exercise.points is None or full == 0:
        return float(points)
    return float(points * exact(exercise.points) / full)


def scores_out_of(exercise: Exercise, full: Fraction) -> float:
    """The highest score of the exercise."""
    return float(full) if exercise.points is None else float(exercise.points)
