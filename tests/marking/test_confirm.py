"""Exercises that do not keep their promises."""

import math
from dataclasses import replace

import pytest

from grader.errors import SourceLocation
from grader.expressions.tree import Name
from grader.marking.author_fixes import fix_for
from grader.marking.confirm import agrees, problems, usable
from grader.records.exercise import Expectation
from grader.records.trace import LeafState, PerformedStep

SQUARE, CUBE = ("backward", {"x": (1, 2)}), ("backward", {"x": (1, 3)})
ZERO, NONE = ("zero", ("x",), False), ("zero", ("x",), True)
HERE, THERE = SourceLocation("toy.yaml", 9), SourceLocation("toy.yaml", 20)


@pytest.fixture
def right(toy):
    """An exercise and its reference run; `step` changes the last step, `done` what the run says of it."""

    def right(program, step=None, done=None, **fields):
        exercise = toy.exercise(program, **fields)
        run = toy.reference(toy.start(x=2.0), program)
        steps = (*exercise.steps[:-1], replace(exercise.steps[-1], where=HERE, **(step or {})))
        last = replace(run.steps[-1], **(done or {}))
        return replace(exercise, steps=steps), replace(run, steps=(*run.steps[:-1], last))

    return right


def messages(found):
    return [each.message for each in found]


def test_an_exercise_that_keeps_its_promises_has_no_problems(toy, right):
    promise = Expectation(Name("x"), "x.grad", (4.0,), where=HERE)
    exercise, run = right([SQUARE], {"expect": (promise,)}, {"values": (toy.tensor(4),)})
    assert problems(exercise, run, {}) == ()


def test_an_expect_that_is_not_true_is_told(toy, right):
    promise = Expectation(Name("x"), "x.grad", (5.0,), where=HERE)
    exercise, run = right([SQUARE], {"expect": (promise,)}, {"values": (toy.tensor(4),)})
    (found,) = problems(exercise, run, {})
    assert (found.where, found.fix) == (HERE, "the steps give [4.0]")


def test_a_step_that_cannot_run_quotes_pytorch_and_says_the_cure(toy, right):
    raised = toy.raising("grad can be implicitly created only for scalar outputs")
    exercise, run = right([SQUARE], done={"call": None, "raised": raised})
    (found,) = problems(exercise, run, {})
    assert found.where == HERE
    assert found.message == f"This step cannot run: PyTorch says RuntimeError: {raised.message}."
    assert found.fix == "make the loss a single number with sum() or mean(), or give `gradient`"


def test_a_step_that_raises_something_else_than_it_says_is_told(toy, right):
    exercise, run = right([SQUARE], {"raises": "second time"}, {"raised": toy.raising("boom")})
    (found,) = problems(exercise, run, {})
    assert found.message == "This step should raise `second time`, but PyTorch says RuntimeError: boom."


def test_a_step_that_raises_what_it_says_is_right(toy, right):
    exercise, run = right([SQUARE], {"raises": "second time"}, {"raised": toy.raising("a second time")})
    assert problems(exercise, run, {}) == ()


def test_a_step_that_should_raise_and_runs_is_told(right):
    exercise, run = right([SQUARE], {"raises": "second time"})
    (found,) = problems(exercise, run, {})
    assert found.message == "This step should raise `second time`, but it runs."


def test_trouble_before_the_first_step_is_told(toy, right):
    exercise, run = right([SQUARE], where=THERE)
    (found,) = problems(exercise, replace(run, steps=(), error=toy.raising("no such layer")), {})
    assert (found.message, found.where) == ("`core/toy` cannot be run: RuntimeError: no such layer.", THERE)


def test_returns_that_cannot_be_computed_are_told(toy, right):
    exercise, run = right([SQUARE], returns=Name("x"), returns_where=THERE)
    (found,) = problems(exercise, replace(run, error=toy.raising("shapes cannot be multiplied")), {})
    assert (found.message, found.where) == ("`returns` cannot be computed: RuntimeError: shapes cannot be multiplied.", THERE)


def test_a_nan_is_told_once_where_it_comes_up(toy, right):
    bad = {"x": LeafState(toy.tensor(2), toy.tensor(math.nan))}
    call = toy.call(toy.start(x=2.0), SQUARE)
    exercise, run = right([SQUARE, SQUARE, SQUARE])
    steps = (run.steps[0], *(PerformedStep(replace(call, after=bad)) for _ in range(2)))
    found = problems(exercise, replace(run, steps=steps), {})
    assert messages(found) == ["This step leaves a NaN in `x.grad`, which no answer can equal."]
    assert found[0].where == exercise.steps[1].where


def test_an_optional_step_that_changes_nothing_later_is_neutral(toy, right):
    exercise, run = right([NONE, SQUARE])
    assert problems(exercise, run, {0: toy.reference(toy.start(x=2.0), [SQUARE])}) == ()


@pytest.mark.parametrize("change", ["state", "raises", "returns", "error"])
def test_an_optional_step_that_matters_is_told(toy, right, change):
    exercise, run = right([SQUARE, NONE, SQUARE], step={})
    start = toy.start(x=2.0)
    shorter = toy.reference(start, [SQUARE, SQUARE]) if change == "state" else replace(run, steps=(run.steps[0], run.steps[2]))
    if change == "raises":
        shorter = replace(shorter, steps=(shorter.steps[0], replace(shorter.steps[1], raised=toy.raising())))
    if change == "returns":
        shorter = replace(shorter, returned=5)
    if change == "error":
        shorter = replace(shorter, error=toy.raising())
    (found,) = problems(exercise, run, {1: shorter})
    assert found.message == "This step is `optional`, but without it something later comes out differently."


def test_a_draw_on_which_everything_is_defined_and_told_apart_is_usable(toy, right):
    exercise, run = right([SQUARE, CUBE, ZERO, SQUARE])
    assert usable(exercise, run, [toy.reference(toy.start(x=2.0), [SQUARE, CUBE, SQUARE])])


def test_a_draw_on_which_a_wrong_program_would_pass_is_not_usable(toy, right):
    exercise, run = right([SQUARE, ZERO])
    same = ("backward", {"x": (2, 1, "x")})
    wrong = toy.reference(toy.start(x=2.0), [same, ZERO])
    assert agrees(exercise, run, wrong)
    assert not usable(exercise, run, [wrong])


def test_a_wrong_prediction_agrees_if_it_gives_the_same_answers(toy, right):
    exercise, run = right([SQUARE], done={"values": (toy.tensor(4),)}, kind="predict")
    other = replace(run, steps=(replace(run.steps[0], values=(toy.tensor(5),)),))
    raised = replace(run, steps=(replace(run.steps[0], values=(), raised=toy.raising()),))
    assert agrees(exercise, run, run)
    assert not agrees(exercise, run, other)
    assert not agrees(exercise, run, raised)
    assert not agrees(exercise, run, replace(run, steps=()))


def test_a_draw_on_which_the_right_steps_raise_is_not_usable(toy, right):
    exercise, run = right([SQUARE], done={"raised": toy.raising()})
    assert not usable(exercise, run, [])


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_draw_that_leaves_no_finite_number_is_not_usable(toy, right, number):
    call = replace(toy.call(toy.start(x=2.0), SQUARE), after={"x": LeafState(toy.tensor(2), toy.tensor(number))})
    exercise, run = right([SQUARE], done={"call": call})
    assert not usable(exercise, run, [])
    exercise, run = right([SQUARE])
    assert not usable(exercise, replace(run, returned=number), [])


@pytest.mark.parametrize(
    ("message", "fix"),
    [
        ("Trying to backward through the graph a second time (or …", "retain_graph"),
        ("element 0 of tensors does not require grad and does not have a grad_fn", "depend on a leaf"),
        ("unsupported operand type(s) for *: 'NoneType' and 'int'", "put a backward before"),
        ("The size of tensor a (2) must match the size of tensor b (3)", "shapes do not fit"),
        ("one of the variables needed has been modified by an inplace operation", "compute the loss again"),
        ("a leaf Variable that requires grad is being used in an in-place operation.", "`set`"),
        ("Found dtype Double but expected Float", "dtype"),
        ("something new", "write `raises`"),
    ],
)
def test_known_errors_have_their_cure(toy, message, fix):
    assert fix in fix_for(toy.raising(message))
