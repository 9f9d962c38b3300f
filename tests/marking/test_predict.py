"""Predictions, entry by entry."""

import math
from dataclasses import replace

import pytest

from grader.expressions.tree import Name
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.marking.predict import is_same_answer
from grader.records.exercise import Expectation
from grader.records.trace import Ending, ExceptionClass, Opaque

SQUARE = ("backward", {"x": (1, 2)})


@pytest.fixture
def grade_answer(toy):
    """The grade of an answer; `expects` has the expected names of each step, and `right` their values."""

    def grade_answer(answer, expects=(("x.grad",), ("x.grad",)), right=None, raises=None, how="returned", **fields):
        case = toy.start(x=2.0)
        program = [SQUARE] * len(expects)
        steps = [
            replace(step, expect=tuple(Expectation(Name("x"), name, None) for name in names))
            for step, names in zip(toy.exercise(program).steps, expects, strict=True)
        ]
        run = toy.reference(case, program)
        right = right or [(toy.tensor(4.0 * (place + 1)),) * len(names) for place, names in enumerate(expects)]
        done = [replace(each, values=tuple(values)) for each, values in zip(run.steps, right, strict=True)]
        if raises:
            steps[-1] = replace(steps[-1], expect=(), raises=raises)
            done[-1] = replace(done[-1], values=(), raised=toy.raising(raises))
        exercise = toy.exercise(program, kind="predict", steps=tuple(steps), **fields)
        error = None if how == "returned" else toy.raising()
        trace = replace(toy.trace(case, []), ending=Ending(how, answer, error))
        return grade_traces(ExpectedRuns(exercise, [replace(run, steps=tuple(done))]), [trace], {})

    return grade_answer


def statuses(result):
    return [row.status for row in result.rows]


@pytest.mark.parametrize("answer", [(4, 8), ((4.0,), (8.0,)), ({"x.grad": 4}, 8), ({"x.grad": (4.0,)}, {"x.grad": (8.001,)})])
def test_right_answers_pass(grade_answer, answer):
    result = grade_answer(answer)
    assert (result.verdict, result.score, result.max_score) == ("passed", 2.0, 2.0)


def test_each_wrong_entry_costs_its_point(grade_answer):
    result = grade_answer((4, 9))
    assert (result.verdict, result.score, statuses(result)) == ("failed", 1.0, ["matched", "wrong"])
    assert result.rows[1].observed == {"x.grad": 9}


def test_entries_that_are_missing_are_missing(grade_answer):
    assert statuses(grade_answer((4,))) == ["matched", "missing"]
    assert statuses(grade_answer(4)) == ["missing", "missing"]


def test_none_is_an_answer(grade_answer, toy):
    assert statuses(grade_answer((None, 8), right=[(None,), (toy.tensor(8.0),)])) == ["matched", "matched"]
    assert statuses(grade_answer((0, 8), right=[(None,), (toy.tensor(8.0),)])) == ["wrong", "matched"]
    assert statuses(grade_answer((0, 8), right=[(None,), (toy.tensor(8.0),)], none_is_zero=True)) == ["matched", "matched"]


def test_an_additional_entry_costs_a_point(grade_answer):
    result = grade_answer((4, 8, 12))
    assert (result.verdict, result.score, statuses(result)) == ("failed", 1.0, ["matched", "matched", "unexpected"])


def test_several_names_need_a_dict(grade_answer):
    expects = (("x.grad", "y.grad"), ("x.grad",))
    assert grade_answer(({"x.grad": 4, "y.grad": 4}, {"x.grad": 8}), expects).verdict == "passed"
    assert statuses(grade_answer(({"x.grad": 4}, 8), expects)) == ["wrong", "wrong"]


def test_the_class_of_an_error_is_predicted(grade_answer):
    assert grade_answer((4, ExceptionClass("RuntimeError")), raises="second time").verdict == "passed"
    assert statuses(grade_answer((4, ExceptionClass("ValueError")), raises="second time")) == ["matched", "wrong"]
    assert statuses(grade_answer((4, 8), raises="second time")) == ["matched", "wrong"]


def test_an_error_in_the_function_misses_everything(grade_answer):
    result = grade_answer(None, how="raised")
    assert (result.verdict, result.score, statuses(result)) == ("error", 0.0, ["missing", "missing"])


def test_nested_lists_are_accepted_for_tensors_of_their_shape_only(toy):
    matrix, one = toy.tensor(1, 2, 3, 4, shape=(2, 2)), toy.tensor(3, shape=())
    assert is_same_answer(((1, 2), (3, 4)), matrix)
    assert is_same_answer(toy.tensor(1, 2, 3, 4, shape=(2, 2), dtype="float64", device="cuda:0"), matrix)
    assert not is_same_answer((1, 2, 3, 4), matrix)
    assert not is_same_answer(((1, 2), (3,)), matrix)
    assert not is_same_answer(((1, 2), (3, "4")), matrix)
    assert is_same_answer(3, one)
    assert is_same_answer((3,), one)
    assert not is_same_answer(((3,),), toy.tensor(3))
    assert not is_same_answer(Opaque("Foo"), one)
    assert not is_same_answer(True, toy.tensor(1))


def test_other_values_are_compared_as_they_are(toy):
    assert is_same_answer(3, 3)
    assert is_same_answer("a", "a")
    assert is_same_answer(True, True)
    assert not is_same_answer(1, True)
    assert is_same_answer((1, toy.tensor(2)), (toy.tensor(1), 2))
    assert not is_same_answer((1,), (1, 2))


def test_integers_that_no_float_can_hold_are_compared_exactly(toy):
    assert is_same_answer(10**400, 10**400)
    assert not is_same_answer(10**400, 10**401)
    assert not is_same_answer(10**400, toy.tensor(1))
    assert not is_same_answer((10**400,), toy.tensor(math.inf))
    assert not is_same_answer(True, 1)
