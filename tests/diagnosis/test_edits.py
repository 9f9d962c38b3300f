"""What tells two programs apart, and that taking it back gives the right one again."""

from dataclasses import replace

from grader.diagnosis.edits import StepEdit, edits_between
from grader.diagnosis.mutations import mutants


def _key(step):
    return step.verb, step.action


def test_the_edits_of_every_mutant_are_all_that_tells_it_from_the_right_program(each_exercise):
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
            assert ((one, other) in changed) == (_key(right[one]) != _key(mutant.steps[other])), mutant.operator


def test_equal_programs_have_no_edits(each_exercise):
    assert edits_between(each_exercise.steps, each_exercise.steps) == ()


def _pile(course):
    return course["core/gradients-pile-up"].steps


def test_a_step_that_stands_elsewhere_was_moved(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (one, zero, two, three)) == (StepEdit("moved", 2, 1),)


def test_the_reset_was_moved_rather_than_the_backward(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (zero, one, two, three)) == (StepEdit("moved", 2, 0),)


def test_a_step_of_the_same_verb_in_the_same_place_was_changed(course):
    one, two, zero, three = _pile(course)
    other = replace(two, action=three.action)
    assert edits_between((one, two, zero, three), (one, other, zero, three)) == (StepEdit("changed", 1, 1),)


def test_of_two_readings_the_one_with_fewer_edits(course):
    """Both backwards lost their inputs: two are changed, rather than one left out and another put in."""
    exercise = course["core/backward-into-chosen-leaves"]
    first, second = exercise.steps
    plain = replace(first, action=replace(first.action, inputs=()))
    assert edits_between((first, second), (plain, second)) == (StepEdit("changed", 0, 0),)


def test_what_is_missing_and_what_is_there_too_often(course):
    one, two, zero, three = _pile(course)
    assert edits_between((one, two, zero, three), (one, two, three)) == (StepEdit("left-out", 2, 2),)
    assert edits_between((one, two, three), (one, two, zero, three)) == (StepEdit("put-in", 2, 2),)
