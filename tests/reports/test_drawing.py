"""The drawing of a trace: which number is drawn, where, and its description."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reports.drawing import draw

NUMBERS = st.floats() | st.integers(-(10**6), 10**6) | st.none()
VALUES = st.dictionaries(st.sampled_from(["x.grad", "w.grad", "x"]), NUMBERS | st.lists(NUMBERS | st.lists(NUMBERS)))
STATUSES = st.sampled_from(["matched", "carried", "wrong", "missing", "not_reached", "unexpected", "skipped"])


@pytest.fixture
def trace(a_row):
    """Draw a trace of one name from pairs of the expected and the observed value after each call."""

    def trace(*pairs, name="x.grad"):
        return draw([a_row("s", "wrong", expected={name: one}, observed={name: other}) for one, other in pairs])

    return trace


def shown(drawing):
    return [(mark.kind, mark.text) for mark in drawing.marks]


def heights(drawing, kind):
    return [mark.y for mark in drawing.marks if mark.kind in (kind, "both")]


def test_a_right_value_is_written_once_and_two_different_values_separately(trace):
    drawing = trace(([4.0], [4.0]), ([0.0], [16.0]))
    assert shown(drawing) == [("both", "4"), ("expected", "0"), ("observed", "16")]
    assert drawing.name == "x.grad"
    assert drawing.about == "Expected, call after call: 4, 0. Observed: 4, 16."


def test_larger_numbers_are_higher_and_none_is_lowest(trace):
    drawing = trace((-2.0, -2.0), (0.0, 0.0), (3.0, 3.0), (None, None))
    minus, zero, three, none = heights(drawing, "both")
    assert three < zero < minus < none < drawing.height
    assert zero == drawing.zero


def test_nan_and_infinities_are_above_all_numbers(trace):
    drawing = trace((1.0, math.inf), (1.0, math.nan), (2.0, 2.0))
    assert heights(drawing, "observed")[:2] == [heights(drawing, "both")[-1]] * 2
    assert ("observed", "nan") in shown(drawing)


def test_the_largest_and_the_smallest_float_can_be_drawn(trace):
    drawing = trace((1.7e308, -1.7e308))
    assert all(0 <= mark.y <= drawing.height for mark in drawing.marks)


def test_the_first_number_that_is_wrong_is_drawn(trace):
    drawing = trace(([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.0, 5.0]]))
    assert (drawing.name, shown(drawing)) == ("x.grad[1][1]", [("expected", "4"), ("observed", "5")])


def test_a_gradient_is_drawn_rather_than_a_value(a_row):
    drawing = draw([a_row("s", "wrong", expected={"x": 1.0, "x.grad": 2.0}, observed={"x": 5.0, "x.grad": 3.0})])
    assert drawing.name == "x.grad"


def test_a_value_that_is_wrong_before_any_gradient_is_drawn(a_row):
    steps = [
        a_row("step", "wrong", expected={"w": 1.0}, observed={"w": 3.0}),
        a_row("backward", "carried", expected={"w.grad": 2.0}, observed={"w.grad": 6.0}),
    ]
    assert draw(steps).name == "w"


def test_a_name_without_a_value_yet_is_not_wrong(a_row):
    steps = [
        a_row("a change", "unexpected", observed={"x": 0.0}),
        a_row("zero", "missing", expected={"x.grad": 0.0}, observed={"x.grad": 16.0}),
        a_row("backward", "carried", expected={"x": 2.0}, observed={"x": 0.0}),
    ]
    assert draw(steps).name == "x.grad"


def test_a_value_lasts_until_the_next_one(a_row):
    steps = [a_row("a", "matched", expected={"x.grad": 4.0}, observed={"x.grad": 4.0}), a_row("b", "missing", expected={})]
    assert shown(draw(steps)) == [("both", "4"), ("both", "4")]


def test_a_missing_call_keeps_the_value_and_is_marked(a_row):
    steps = [
        a_row("a", "matched", expected={"x.grad": 4.0}, observed={"x.grad": 4.0}),
        a_row("zero", "missing", expected={"x.grad": 0.0}),
    ]
    drawing = draw(steps)
    assert shown(drawing)[1:] == [("expected", "0"), ("observed", "4")]
    assert [tick.is_wrong for tick in drawing.ticks] == [False, True]


def test_an_optional_step_that_was_left_out_is_not_wrong(a_row):
    steps = [a_row("zero", "skipped", expected={"x.grad": None}), a_row("b", "wrong", expected={"x.grad": 4.0})]
    assert [(tick.is_wrong, tick.is_left_out) for tick in draw(steps).ticks] == [(False, True), (True, False)]


def test_a_function_that_did_nothing_has_one_line(a_row):
    drawing = draw([a_row("a", "missing", expected={"x.grad": 4.0})])
    assert [line.kind for line in drawing.lines] == ["expected"]
    assert drawing.about == "Expected, call after call: 4. Observed: nothing yet."


def test_a_gradient_that_should_be_none_is_drawn(trace):
    assert shown(trace((None, [[2.0]]))) == [("expected", "None"), ("observed", "2")]


@pytest.mark.parametrize("pairs", [(), ((None, "Tensor"),), (("a", "b"),), (([], []),)])
def test_without_numbers_to_compare_there_is_no_drawing(trace, pairs):
    assert trace(*pairs) is None


def test_answers_without_expected_values_are_not_drawn(a_row):
    assert draw([a_row("1. look", "wrong", observed={"": 4.0})]) is None


@pytest.mark.parametrize("pair", [(0.0, None), (None, 0.0), (4.0, 4.1), (-4.0, -4.1), (16.0, 0.0), (0.0, 16.0), (1.0, math.inf)])
@pytest.mark.parametrize("before", [0.0, 8.0, None])
def test_two_numbers_never_overlap(trace, before, pair):
    one, other = trace((before, before), pair, (20.0, 20.0)).marks[1:3]
    assert abs(one.text_y - other.text_y) >= 12


@given(st.lists(st.tuples(STATUSES, VALUES | st.none(), VALUES | st.none()), max_size=6))
def test_every_value_is_drawn_inside_the_picture(rows):
    from grader.records.result import StepResult

    steps = [StepResult(step="s", status=status, expected=one, observed=other) for status, one, other in rows]
    drawing = draw(steps)
    if drawing is not None:
        assert len(drawing.ticks) == len(steps)
        assert all(0 <= mark.y <= drawing.height and 0 <= mark.text_y <= drawing.height for mark in drawing.marks)
        assert all(0 <= mark.x <= drawing.width for mark in drawing.marks)
