"""Predictions, entry by entry."""

from dataclasses import replace

import pytest

from grader.expressions.tree import Name
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade
from grader.marking.predict import same_answer
from grader.records.exercise import Expectation
from grader.records.trace import Ending, ExceptionClass, Opaque

SQUARE = ("backward", {"x": (1, 2)})


@pytest.fixture
def mark(toy):
    """The grade of an answer; `asks` has the names that each step asks for, and `right` what they are worth."""

    def mark(answer, asks=(("x.grad",), ("x.grad",)), right=None, raises=None, how="returned", **fields):
        case = toy.start(x=2.0)
        program = [SQUARE] * len(asks)
        steps = [
            replace(step, expect=tuple(Expectation(Name("x"), name, None) for name in names))
            for step, names in zip(toy.exercise(program).steps, asks, strict=True)
        ]
        run = toy.reference(case, program)
        right = right or [(toy.tensor(4.0 * (place + 1)),) * len(names) for place, names in enumerate(asks)]
        done = [replace(each, values=tuple(values)) for each, values in zip(run.steps, right, strict=True)]
        if raises:
            steps[-1] = replace(steps[-1], expect=(), raises=raises)
            done[-1] = replace(done[-1], values=(), raised=toy.raising(raises))
        exercise = toy.exercise(program, kind="predict", steps=tuple(steps), **fields)
        error = None if how == "returned" else toy.raising()
        trace = replace(toy.trace(case, []), ending=Ending(how, answer, error))
        return grade(ExpectedRuns(exercise, [replace(run, steps=tuple(done))]), [trace], {})

    return mark


def statuses(result):
    return [row.status for row in result.rows]


@pytest.mark.parametrize("answer", [(4, 8), ((4.0,), (8.0,)), ({"x.grad": 4}, 8), ({"x.grad": (4.0,)}, {"x.grad": (8.001,)})])
def test_right_answers_pass(mark, answer):
    result = mark(answer)
    assert (result.verdict, result.score, result.max_score) == ("passed", 2.0, 2.0)


def test_each_wrong_entry_costs_its_point(mark):
    result = mark((4, 9))
    assert (result.verdict, result.score, statuses(result)) == ("failed", 1.0, ["matched", "wrong"])
    assert result.rows[1].observed == {"x.grad": 9}


def test_entries_that_are_missing_are_missing(mark):
    assert statuses(mark((4,))) == ["matched", "missing"]
    assert statuses(mark(4)) == ["missing", "missing"]


def test_none_is_an_answer(mark, toy):
    assert statuses(mark((None, 8), right=[(None,), (toy.tensor(8.0),)])) == ["matched", "matched"]
    assert statuses(mark((0, 8), right=[(None,), (toy.tensor(8.0),)])) == ["wrong", "matched"]
    assert statuses(mark((0, 8), right=[(None,), (toy.tensor(8.0),)], none_is_zero=True)) == ["matched", "matched"]


def test_an_entry_too_many_costs_a_point(mark):
    result = mark((4, 8, 12))
    assert (result.verdict, result.score, statuses(result)) == ("failed", 1.0, ["matched", "matched", "unexpected"])


def test_several_names_need_a_dict(mark):
    asks = (("x.grad", "y.grad"), ("x.grad",))
    assert mark(({"x.grad": 4, "y.grad": 4}, {"x.grad": 8}), asks).verdict == "passed"
    assert statuses(mark(({"x.grad": 4}, 8), asks)) == ["wrong", "wrong"]


def test_the_class_of_an_error_is_predicted(mark):
    assert mark((4, ExceptionClass("RuntimeError")), raises="second time").verdict == "passed"
    assert statuses(mark((4, ExceptionClass("ValueError")), raises="second time")) == ["matched", "wrong"]
    assert statuses(mark((4, 8), raises="second time")) == ["matched", "wrong"]


def test_an_error_in_the_function_misses_everything(mark):
    result = mark(None, how="raised")
    assert (result.verdict, result.score, statuses(result)) == ("error", 0.0, ["missing", "missing"])


def test_answers_stand_for_tensors_of_their_shape_only(toy):
    matrix, one = toy.tensor(1, 2, 3, 4, shape=(2, 2)), toy.tensor(3, shape=())
    assert same_answer(((1, 2), (3, 4)), matrix)
    assert same_answer(toy.tensor(1, 2, 3, 4, shape=(2, 2), dtype="float64", device="cuda:0"), matrix)
    assert not same_answer((1, 2, 3, 4), matrix)
    assert not same_answer(((1, 2), (3,)), matrix)
    assert not same_answer(((1, 2), (3, "4")), matrix)
    assert same_answer(3, one)
    assert same_answer((3,), one)
    assert not same_answer(((3,),), toy.tensor(3))
    assert not same_answer(Opaque("Foo"), one)
    assert not same_answer(True, toy.tensor(1))


def test_other_values_are_compared_as_they_are(toy):
    assert same_answer(3, 3)
    assert same_answer("a", "a")
    assert same_answer(True, True)
    assert not same_answer(1, True)
    assert same_answer((1, toy.tensor(2)), (toy.tensor(1), 2))
    assert not same_answer((1,), (1, 2))
