"""Exercises that are wrong, and drawn cases that are not usable."""

import math
from dataclasses import replace

import pytest

from grader.assess.author_fixes import author_fix
from grader.assess.exercise_problems import exercise_problems
from grader.assess.usable_cases import is_usable_case, would_pass
from grader.errors import SourceLocation
from grader.expressions.tree import Name
from grader.records.exercise import Expectation
from grader.records.states import StateSequence
from grader.records.trace import Call, LeafState, PerformedStep, ReferenceRun, TensorValue

SQUARE, CUBE = ("backward", {"x": (1, 2)}), ("backward", {"x": (1, 3)})
ZERO, NONE = ("zero", ("x",), False), ("zero", ("x",), True)
HERE, THERE = SourceLocation("toy.yaml", 9), SourceLocation("toy.yaml", 20)


@pytest.fixture
def right(toy):
    """An exercise and its reference run; `step` changes the last step, `done` changes its result."""

    def right(program, step=None, done=None, **fields):
        exercise = toy.exercise(program, **fields)
        run = toy.reference(toy.start(x=2.0), program)
        steps = (*exercise.steps[:-1], replace(exercise.steps[-1], where=HERE, **(step or {})))
        last = replace(run.steps[-1], **(done or {}))
        return replace(exercise, steps=steps), replace(run, steps=(*run.steps[:-1], last))

    return right


def messages(found):
    return [each.message for each in found]


def test_a_right_exercise_has_no_problems(toy, right):
    promise = Expectation(Name("x"), "x.grad", (4.0,), where=HERE)
    exercise, run = right([SQUARE], {"expect": (promise,)}, {"values": (toy.tensor(4),)})
    assert exercise_problems(exercise, run, {}) == ()


def test_an_expect_that_is_not_true_is_reported(toy, right):
    promise = Expectation(Name("x"), "x.grad", (5.0,), where=HERE)
    exercise, run = right([SQUARE], {"expect": (promise,)}, {"values": (toy.tensor(4),)})
    (found,) = exercise_problems(exercise, run, {})
    assert (found.where, found.fix) == (HERE, "the steps give [4.0]")


def test_a_step_that_cannot_run_quotes_pytorch_and_gives_a_fix(toy, right):
    raised = toy.raising("grad can be implicitly created only for scalar outputs")
    exercise, run = right([SQUARE], done={"call": None, "raised": raised})
    (found,) = exercise_problems(exercise, run, {})
    assert found.where == HERE
    assert found.message == f"This step cannot run: PyTorch raises RuntimeError: {raised.message}."
    assert found.fix == "make the loss a single number with sum() or mean(), or give `gradient`"


def test_a_step_that_raises_another_error_is_reported(toy, right):
    exercise, run = right([SQUARE], {"raises": "second time"}, {"raised": toy.raising("boom")})
    (found,) = exercise_problems(exercise, run, {})
    assert found.message == "This step should raise `second time`, but PyTorch raises RuntimeError: boom."


def test_a_step_that_raises_the_error_it_names_is_right(toy, right):
    exercise, run = right([SQUARE], {"raises": "second time"}, {"raised": toy.raising("a second time")})
    assert exercise_problems(exercise, run, {}) == ()


def test_a_step_that_should_raise_and_runs_is_reported(right):
    exercise, run = right([SQUARE], {"raises": "second time"})
    (found,) = exercise_problems(exercise, run, {})
    assert found.message == "This step should raise `second time`, but it raises no error."


def test_an_error_before_the_first_step_is_reported(toy, right):
    exercise, run = right([SQUARE], where=THERE)
    (found,) = exercise_problems(exercise, replace(run, steps=(), error=toy.raising("no such layer")), {})
    assert (found.message, found.where) == ("`core/toy` cannot run: RuntimeError: no such layer.", THERE)


def test_returns_that_cannot_be_computed_are_reported(toy, right):
    exercise, run = right([SQUARE], returns=Name("x"), returns_where=THERE)
    (found,) = exercise_problems(exercise, replace(run, error=toy.raising("shapes cannot be multiplied")), {})
    assert (found.message, found.where) == ("`returns` cannot be computed: RuntimeError: shapes cannot be multiplied.", THERE)


def test_a_nan_is_reported_once_at_the_first_step_with_it(toy, right):
    bad = {"x": LeafState(toy.tensor(2), toy.tensor(math.nan))}
    call = toy.call(toy.start(x=2.0), SQUARE)
    exercise, run = right([SQUARE, SQUARE, SQUARE])
    steps = (run.steps[0], *(PerformedStep(replace(call, after=bad)) for _ in range(2)))
    found = exercise_problems(exercise, replace(run, steps=steps), {})
    assert messages(found) == ["This step leaves NaN in `x.grad`, and no value is equal to NaN."]
    assert found[0].where == exercise.steps[1].where


def test_an_optional_step_may_change_nothing_later(toy, right):
    exercise, run = right([NONE, SQUARE])
    assert exercise_problems(exercise, run, {0: toy.reference(toy.start(x=2.0), [SQUARE])}) == ()


@pytest.mark.parametrize("change", ["state", "raises", "returns", "error"])
def test_an_optional_step_that_matters_is_reported(toy, right, change):
    exercise, run = right([SQUARE, NONE, SQUARE], step={})
    start = toy.start(x=2.0)
    shorter = toy.reference(start, [SQUARE, SQUARE]) if change == "state" else replace(run, steps=(run.steps[0], run.steps[2]))
    if change == "raises":
        shorter = replace(shorter, steps=(shorter.steps[0], replace(shorter.steps[1], raised=toy.raising())))
    if change == "returns":
        shorter = replace(shorter, returned=5)
    if change == "error":
        shorter = replace(shorter, error=toy.raising())
    (found,) = exercise_problems(exercise, run, {1: shorter})
    assert found.message == "This step is `optional`, but without it a later result is different."


def test_a_case_on_which_right_and_wrong_programs_differ_is_usable(toy, right):
    exercise, run = right([SQUARE, CUBE, ZERO, SQUARE])
    assert is_usable_case(exercise, run, [toy.reference(toy.start(x=2.0), [SQUARE, CUBE, SQUARE])])


def test_a_case_on_which_a_wrong_program_would_pass_is_not_usable(toy, right):
    exercise, run = right([SQUARE, ZERO])
    same = ("backward", {"x": (2, 1, "x")})
    wrong = toy.reference(toy.start(x=2.0), [same, ZERO])
    assert would_pass(exercise, run, wrong)
    assert not is_usable_case(exercise, run, [wrong])


def test_a_wrong_prediction_would_pass_if_it_gives_the_same_answers(toy, right):
    exercise, run = right([SQUARE], done={"values": (toy.tensor(4),)}, kind="predict")
    other = replace(run, steps=(replace(run.steps[0], values=(toy.tensor(5),)),))
    raised = replace(run, steps=(replace(run.steps[0], values=(), raised=toy.raising()),))
    assert would_pass(exercise, run, run)
    assert not would_pass(exercise, run, other)
    assert not would_pass(exercise, run, raised)
    assert not would_pass(exercise, run, replace(run, steps=()))


def test_a_case_on_which_the_right_steps_raise_is_not_usable(toy, right):
    exercise, run = right([SQUARE], done={"raised": toy.raising()})
    assert not is_usable_case(exercise, run, [])


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_case_that_leaves_nan_or_infinity_is_not_usable(toy, right, number):
    call = replace(toy.call(toy.start(x=2.0), SQUARE), after={"x": LeafState(toy.tensor(2), toy.tensor(number))})
    exercise, run = right([SQUARE], done={"call": call})
    assert not is_usable_case(exercise, run, [])
    exercise, run = right([SQUARE])
    assert not is_usable_case(exercise, replace(run, returned=number), [])


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
        ("something new", "add `raises`"),
    ],
)
def test_known_errors_have_their_own_fix(toy, message, fix):
    assert fix in author_fix(toy.raising(message))


def test_the_numbers_of_many_leaves_are_read_when_they_change(toy):
    reads = []

    class Counted(tuple):
        __slots__ = ()

        def __iter__(self):
            reads.append(1)
            return super().__iter__()

    def leaf(number):
        return LeafState(TensorValue((1,), "float32", "cpu", Counted((float(number),))), None)

    exercise, leaves = toy.exercise([SQUARE]), {f"w{number}": leaf(number) for number in range(100)}
    states, steps = StateSequence(leaves), []
    for number in range(200):
        before = states.now
        states.change({f"w{number % 100}": leaf(number)})
        steps.append(PerformedStep(Call("update", (f"w{number % 100}",), before=before, after=states.now)))
    run = ReferenceRun(leaves, tuple(steps))
    long = replace(exercise, steps=exercise.steps * 200)
    assert exercise_problems(long, run, {}) == ()
    assert is_usable_case(long, run, [])
    assert len(reads) <= 2 * (len(leaves) + len(steps))
