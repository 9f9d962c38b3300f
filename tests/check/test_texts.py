"""Every text that students read must be there."""

import pytest


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"task": ""}, "There is no `task`."),
        ({"explain": ""}, "There is no `explain`."),
        ({"hints": ""}, "There are 0 hints, but 3 are needed."),
        ({"hints": "hints: [vague, plain]\n"}, "There are 2 hints, but 3 are needed."),
        ({"hints": "hints: [vague, plainer, plain, plainest]\n"}, "There are 4 hints, but 3 are needed."),
    ],
)
def test_a_missing_text_is_reported(proof, changed, message):
    assert [problem.message for problem in proof(**changed).problems] == [message]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"head": "id: sample\ntitle: TODO a title\n"}, "`title`"),
        ({"task": "task: TODO, and what becomes of 0.\n", "hints": "hints: [vague, plainer, TODO]\n"}, "`task`, `hints`"),
        ({"starter": '"""TODO"""\n\n\ndef solve(x):\n    pass\n'}, "starter.py's first line"),
    ],
)
def test_a_remaining_todo_is_reported(proof, changed, named):
    assert [problem.message for problem in proof(**changed).problems] == [f"TODO is still in {named}."]


def test_a_starter_may_contain_todo_for_the_student(proof):
    assert proof(starter='"""Sample."""\n\n\ndef solve(x):\n    pass  # TODO: your calls\n').problems == ()


def test_every_expect_needs_a_value(proof):
    steps = "steps:\n  - backward: x**2\n    expect: {x.grad: '?'}\n  - zero: x\n  - backward: x**3\n"
    (problem,) = proof(steps=steps).problems
    assert (problem.message, problem.where.line) == ("`x.grad` has no expected value.", 10)


def test_a_missing_file_in_the_students_folder_is_reported(proof, tmp_path):
    (problem,) = proof(solutions=tmp_path).problems
    assert problem.message == f"There is no {(tmp_path / 'core/sample.py').as_posix()}."


def test_a_file_in_the_students_folder_is_enough(proof, tmp_path):
    (tmp_path / "core").mkdir()
    (tmp_path / "core/sample.py").write_text("", encoding="utf-8")
    assert proof(solutions=tmp_path).problems == ()


@pytest.mark.parametrize("task", ["Reset x.grad.", "Call zero_() 10 times.", "Nonesuch; 0.5 is no zero."])
def test_a_task_that_does_not_say_none_or_0_is_noted(proof, task):
    (note,) = proof(task=f"task: {task}\n").notes
    assert note.message == "The `task` does not say whether a reset leaves None or 0, and only one of them is right here."


@pytest.mark.parametrize("task", ["Leave None.", "Set it to 0.", "`x.grad` is `0.0` then."])
def test_a_task_that_says_none_or_0_is_not_noted(proof, task):
    assert proof(task=f"task: '{task}'\n").notes == ()


def test_with_none_is_zero_the_task_may_be_silent(proof):
    assert proof(task="task: Reset x.grad.\n", none_is_zero="none_is_zero: true\n").notes == ()
