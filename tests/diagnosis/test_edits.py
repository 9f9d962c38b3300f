"""The edits between two programs."""

from dataclasses import replace

from grader.diagnosis.edits import StepEdit, edits_between, what_it_does
from grader.diagnosis.mutations import mutants


def test_the_edits_of_every_mutant_are_its_only_differences_from_the_right_program(each_exercise):
    right = each_exercise.steps
    for mutant in mutants(each_exercise):
        edits = edits_between(right, mutant.steps)
        gone = {edit.right for edit in edits if edit.what in ("left-out", "moved")}
        came = {edit.wrong for edit in edits if edit.what in ("put-in", "moved")}
        changed = {(edit.right, edit.wrong) for edit in edits if edit.what == "changed"}
        kept = zip(
            [index for index in range(len(right)) if index not in gone],
            [index for index in range(len(mutant.steps)) if index not in came],
            strict=True,
        )
        for one, other in kept:
            assert ((one, other) in changed) == (what_it_does(right[one]) != what_it_does(mutant.steps[other])), mutant.operator


def test_equal_programs_have_no_edits(each_exercise):
    assert edits_between(each_exercise.steps, each_exercise.steps) == ()


def _pile(course):
    return course["core/gradients-pile-up"].steps


def test_a_step_in_another_place_was_moved(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (one, zero, two, three)) == (StepEdit("moved", 2, 1),)


def test_the_reset_was_moved_rather_than_the_backward(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (zero, one, two, three)) == (StepEdit("moved", 2, 0),)


def test_a_step_of_the_same_verb_in_the_same_place_was_changed(course):
    one, two, zero, three = _pile(course)
    other = replace(two, action=three.action)
    assert edits_between((one, two, zero, three), (one, other, zero, three)) == (StepEdit("changed", 1, 1),)


def test_the_reading_with_fewer_edits_wins(course):
    """The first backward lost its inputs: it is changed, rather than one left out and another put in."""
    exercise = course["core/backward-into-chosen-leaves"]
    first, second = exercise.steps
    plain = replace(first, action=replace(first.action, inputs=()))
    assert edits_between((first, second), (plain, second)) == (StepEdit("changed", 0, 0),)


def test_a_missing_step_and_an_additional_step(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (one, two, three)) == (StepEdit("left-out", 2, 2),)
    assert edits_between((one, two, three), (one, two, zero, three)) == (StepEdit("put-in", 2, 2),)
