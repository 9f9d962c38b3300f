"""Mistakes with clipping: left out, moved, in every pass, by value instead of by norm."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from grader.diagnosis.mutations.program import (
    Found,
    Program,
    after_each,
    as_written,
    moves,
    one_by_one_and_all,
    one_or_all,
    own_steps,
    places_of,
    put_in,
    sets_grad,
    shifted,
    single_places,
    swapped_in,
    with_action,
    without,
)
from grader.records.exercise import Clip, Exercise, Step


def change_clip(exercise: Exercise) -> Found:
    steps = exercise.steps
    for group in one_or_all(steps, "clip"):
        yield "wrong-clip", without(steps, *group)
        yield "wrong-clip", swapped_in(steps, {index: _other_clip(steps[index]) for index in group})
    for index in single_places(steps, "clip"):
        action = steps[index].action
        assert isinstance(action, Clip)
        if len(action.of) > 1:
            apart = tuple(with_action(steps[index], replace(action, of=(target,))) for target in action.of)
            yield "wrong-clip", steps[:index] + apart + steps[index + 1 :]


def _other_clip(step: Step) -> Step:
    action = step.action
    assert isinstance(action, Clip)
    return with_action(step, replace(action, max_norm=action.clip_value, clip_value=action.max_norm))


def move_clip(exercise: Exercise) -> Found:
    steps = exercise.steps
    for index, before, moved in moves(steps, "clip"):
        yield _clip_moved(steps, index, before), moved
    for clip in own_steps(exercise, "clip"):
        for place in one_by_one_and_all(steps, "backward"):
            yield _clip_after(steps, place[-1]), after_each(steps, place, clip)
            yield (
                _clip_after(steps, place[-1]),
                after_each(without(steps, *places_of(steps, "clip")), _indices_without_clips(steps, place), clip),
            )
        for index in single_places(steps, "backward"):
            yield _clip_after(steps, index), put_in(steps, index + 1, clip)


def _clip_after(steps: Program, index: int) -> str:
    """If the gradient is unscaled next, the clip comes after the last backward, so only the scale is wrong."""
    following = next((steps[each] for each in range(index + 1, len(steps)) if steps[each].is_call), None)
    return "clip-scaled" if following is not None and sets_grad(following) else "clip-too-early"


def _clip_moved(steps: Program, index: int, before: int) -> str:
    if before > index:
        return "clip-too-late"
    passed = [steps[each].verb for each in range(before, index)]
    return "clip-scaled" if "set" in passed and "backward" not in passed else "clip-too-early"


def _indices_without_clips(steps: Program, place: list[int]) -> list[int]:
    """The indices of a place after every clip is removed."""
    clips = places_of(steps, "clip")
    return [index - bisect_left(clips, index) for index in place]


def shift_clip_in_every_pass(exercise: Exercise) -> Found:
    steps = exercise.steps
    for place in as_written(steps, "clip"):
        for distance in (-1, 1, 2):
            yield "clip-too-early" if distance < 0 else "clip-too-late", shifted(steps, place, distance)
