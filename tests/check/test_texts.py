"""What a student reads must be there."""

import pytest


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"task": ""}, "There is no `task`."),
        ({"explain": ""}, "There is no `explain`."),
        ({"hints": ""}, "There are 0 hints where 3 are wanted."),
        ({"hints": "hints: [vague, plain]\n"}, "There are 2 hints where 3 are wanted."),
        ({"hints": "hints: [vague, plainer, plain, plainest]\n"}, "There are 4 hints where 3 are wanted."),
    ],
)
def test_what_is_missing_is_said(proof, changed, message):
    assert [problem.message for problem in proof(**changed).problems] == [message]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"head": "id: sample\ntitle: TODO a title\n"}, "`title`"),
        ({"task": "task: TODO, and what becomes of 0.\n", "hints": "hints: [vague, plainer, TODO]\n"}, "`task`, `hints`"),
        ({"starter": '"""TODO"""\n\n\ndef solve(x):\n    pass\n'}, "starter.py's first line"),
    ],
)
def test_what_is_still_to_do_is_said(proof, changed, named):
    assert [problem.message for problem in proof(**changed).problems] == [f"TODO still stands in {named}."]


def test_a_starter_may_leave_something_to_do(proof):
    assert proof(starter='"""Sample."""\n\n\ndef solve(x):\n    pass  # TODO: your calls\n').problems == ()


def test_an_author_promises_every_value(proof):
    steps = "steps:\n  - backward: x**2\n    expect: {x.grad: '?'}\n  - zero: x\n  - backward: x**3\n"
    (problem,) = proof(steps=steps).problems
    assert (problem.message, problem.where.line) == ("Nobody promises what `x.grad` is worth.", 10)


def test_a_missing_file_in_the_students_folder_is_said(proof, tmp_path):
    (problem,) = proof(solutions=tmp_path).problems
    assert problem.message == f"There is no {(tmp_path / 'core/sample.py').as_posix()}."


def test_a_file_in_the_students_folder_is_enough(proof, tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core/sample.py").write_text("", encoding="utf-8")
    assert proof(solutions=tmp_path).problems == ()


@pytest.mark.parametrize("task", ["Reset x.grad.", "Call zero_() 10 times.", "Nonesuch; 0.5 is no zero."])
def test_a_task_that_does_not_tell_none_from_0_is_noted(proof, task):
    (note,) = proof(task=f"task: {task}\n").notes
    assert note.message == "The `task` does not say whether a reset leaves None or 0, but only one of them is right here."


@pytest.mark.parametrize("task", ["Leave None.", "Set it to 0.", "`x.grad` is `0.0` then."])
def test_a_task_that_says_it_is_not_noted(proof, task):
    assert proof(task=f"task: '{task}'\n").notes == ()


def test_where_none_is_zero_nothing_has_to_be_said(proof):
    assert proof(task="task: Reset x.grad.\n", none_is_zero="none_is_zero: true\n").notes == ()
