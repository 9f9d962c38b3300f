"""The number of a step in the task: only where the items of the task are the steps of the file."""

from dataclasses import replace

import pytest

from grader.reports.task_numbers import number_in_task


def numbers(exercise):
    return [number_in_task(exercise, step) for step in range(len(exercise.steps))]


@pytest.mark.parametrize(
    ("exercise", "expected"),
    [
        ("core/gradients-pile-up", [1, 2, 3, 4]),
        ("core/a-training-loop-of-two-steps", [1, 2, 3, 1, 2, 3]),
        ("core/frozen-does-not-mean-still", [None] * 6),
        ("core/the-short-last-micro-batch", [None] * 2),
    ],
)
def test_the_items_of_a_task_are_numbered_as_the_steps_if_there_are_as_many(course, exercise, expected):
    assert numbers(course[exercise]) == expected


def test_an_item_about_something_else_is_no_step(course):
    exercise = course["core/gradients-pile-up"]
    task = "Do this:\n\n1. compute `x**2`;\n2. call `backward()`;\n3. reset the gradient;\n4. call `backward()`.\n"
    assert numbers(replace(exercise, task=task)) == [None] * 4
