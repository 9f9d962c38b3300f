"""The rules of grading, on small programs."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_of_grader_error, grade_of_not_run, grade_traces
from grader.records.submission import SolutionFile
from grader.records.trace import Ending, Raised

SQUARE, CUBE = ("backward", {"x": (1, 2)}), ("backward", {"x": (1, 3)})
ZERO, NONE = ("zero", ("x",), False), ("zero", ("x",), True)
PILE_UP = [SQUARE, CUBE, ZERO, SQUARE]
VALUES = ({"x": 2.0}, {"x": 3.5}, {"x": -1.25})


@pytest.fixture
def grade_program(toy):
    """The grade of a program compared with the right one, in the visible case and two hidden ones."""

    def grade_program(right, program, values=VALUES, ending=None, replays=None, returned=None, **fields):
        exercise = toy.exercise(right, **fields)
        cases = [toy.start(**each) for each in values]
        expected = [toy.reference(case, right, returned) for case in cases]
        observed = [toy.trace(case, program, ending) for case in cases]
        return grade_traces(ExpectedRuns(exercise, expected), observed, replays or {})

    return grade_program


def statuses(result):
    return [row.status for row in result.rows]


def test_performing_the_steps_passes_with_all_points(grade_program):
    result = grade_program(PILE_UP, PILE_UP)
    assert (result.verdict, result.score, result.max_score) == ("passed", 4.0, 4.0)
    assert statuses(result) == ["matched"] * 4


def test_a_missing_zero_costs_its_own_point_only(grade_program):
    result = grade_program(PILE_UP, [SQUARE, CUBE, SQUARE])
    assert statuses(result) == ["matched", "matched", "missing", "carried"]
    assert (result.verdict, result.score) == ("failed", 3.0)


def test_a_zero_in_the_wrong_place_costs_one_point_not_two(grade_program):
    result = grade_program(PILE_UP, [SQUARE, ZERO, CUBE, SQUARE])
    assert statuses(result).count("unexpected") == 1
    assert statuses(result).count("missing") == 1
    assert result.score == 3.0


def test_an_extra_zero_costs_one_point(grade_program):
    result = grade_program(PILE_UP, [*PILE_UP, ZERO])
    assert statuses(result) == ["matched"] * 4 + ["unexpected"]
    assert (result.verdict, result.score) == ("failed", 3.0)


def test_an_unexpected_zero_that_changed_nothing_is_free(grade_program):
    result = grade_program(PILE_UP, [NONE, *PILE_UP])
    assert (result.verdict, statuses(result)) == ("passed", ["matched"] * 4)


def test_adjacent_zeros_are_one_call(grade_program):
    assert grade_program([SQUARE, NONE, SQUARE], [SQUARE, ZERO, NONE, SQUARE]).verdict == "passed"


def test_none_where_zero_is_expected_is_wrong_unless_the_exercise_allows_it(grade_program):
    program = [SQUARE, NONE, SQUARE]
    assert statuses(grade_program([SQUARE, ZERO, SQUARE], program)) == ["matched", "wrong", "matched"]
    assert grade_program([SQUARE, ZERO, SQUARE], program, none_is_zero=True).verdict == "passed"


def test_a_wrong_formula_loses_its_own_point_only(grade_program):
    result = grade_program(PILE_UP, [CUBE, CUBE, ZERO, SQUARE])
    assert statuses(result) == ["wrong", "carried", "matched", "matched"]
    assert result.score == 3.0


def test_hard_coded_numbers_are_right_in_the_visible_case_only(toy):
    steps = [SQUARE, ZERO, SQUARE]
    cases = [toy.start(x=2.0), toy.start(x=3.5)]
    hard = [("backward", {"x": (4, 1)}), ZERO, SQUARE]
    result = grade_traces(
        ExpectedRuns(toy.exercise(steps), [toy.reference(each, steps) for each in cases]),
        [toy.trace(each, hard) for each in cases],
        {},
    )
    assert statuses(result) == ["wrong", "matched", "matched"]
    assert [row.only_visible for row in result.rows] == [True, False, False]
    assert (result.verdict, result.score) == ("failed", 2.0)


def test_another_path_in_a_hidden_case_counts_there_and_shows_no_numbers(toy):
    cases = [toy.start(x=2.0), toy.start(x=3.5)]
    steps = [SQUARE, ZERO, SQUARE]
    observed = [toy.trace(cases[0], steps), toy.trace(cases[1], [*steps, CUBE])]
    result = grade_traces(ExpectedRuns(toy.exercise(steps), [toy.reference(each, steps) for each in cases]), observed, {})
    assert statuses(result) == ["matched"] * 3 + ["unexpected"]
    extra = result.rows[-1]
    assert (extra.call.line, extra.call.after, extra.observed, extra.only_visible) == (4, {}, {}, True)
    assert (result.verdict, result.score) == ("failed", 2.0)


def test_steps_that_change_nothing_are_optional_and_worth_nothing(grade_program):
    result = grade_program([NONE, SQUARE], [SQUARE])
    assert (result.verdict, result.max_score) == ("passed", 1.0)
    assert statuses(result) == ["skipped", "matched"]


def test_a_step_that_says_it_is_optional_may_be_left_out(toy, grade_program):
    steps = toy.exercise([SQUARE, ZERO]).steps
    optional = (steps[0], replace(steps[1], optional=True))
    result = grade_program([SQUARE, ZERO], [SQUARE], steps=optional)
    assert (result.verdict, result.score, result.rows[1].required) == ("passed", 1.0, False)


def test_points_of_steps_and_of_the_exercise(toy, grade_program):
    steps = toy.exercise(PILE_UP).steps
    heavier = (*steps[:2], replace(steps[2], points=3.0), steps[3])
    result = grade_program(PILE_UP, [SQUARE, CUBE, SQUARE], steps=heavier, points=12.0)
    assert (result.score, result.max_score) == (6.0, 12.0)


def test_points_never_fall_below_zero(grade_program):
    result = grade_program([SQUARE], [ZERO, CUBE, ZERO, CUBE, ZERO, CUBE, ZERO, CUBE])
    assert result.score == 0.0


@pytest.mark.parametrize(
    ("how", "verdict"),
    [("timeout", "timeout"), ("memory", "memory"), ("crashed", "crashed"), ("grader-error", "grader_error")],
)
def test_an_ending_that_gives_no_points(grade_program, how, verdict):
    result = grade_program(PILE_UP, PILE_UP, ending=Ending(how))
    assert (result.verdict, result.score, result.max_score) == (verdict, None if how == "grader-error" else 0.0, 4.0)


@pytest.mark.parametrize("how", ["raised", "not-loaded", "no-function", "wrong-signature"])
def test_an_error_keeps_what_was_right_before_it(toy, grade_program, how):
    result = grade_program(PILE_UP, PILE_UP[:2], ending=Ending(how, error=toy.raising()))
    assert (result.verdict, result.score) == ("error", 2.0)
    assert statuses(result) == ["matched", "matched", "missing", "missing"]
    assert result.error == toy.raising()


def test_an_error_after_everything_right_is_still_an_error(toy, grade_program):
    result = grade_program(PILE_UP, PILE_UP, ending=Ending("raised", error=toy.raising()))
    assert (result.verdict, result.score) == ("error", 3.0)


def test_a_module_that_did_not_load_misses_every_step(toy):
    case = toy.start(x=2.0)
    empty = replace(toy.trace({}, []), ending=Ending("not-loaded", error=toy.raising("invalid syntax", "SyntaxError", 3)))
    result = grade_traces(ExpectedRuns(toy.exercise(PILE_UP), [toy.reference(case, PILE_UP)]), [empty], {})
    assert (result.verdict, result.score, statuses(result)) == ("error", 0.0, ["missing"] * 4)


def test_the_message_of_an_error_in_a_hidden_case_is_not_shown(toy):
    cases = [toy.start(x=2.0), toy.start(x=3.5)]
    observed = [toy.trace(cases[0], PILE_UP), toy.trace(cases[1], PILE_UP, Ending("raised", error=toy.raising("x is 3.5")))]
    result = grade_traces(ExpectedRuns(toy.exercise(PILE_UP), [toy.reference(each, PILE_UP) for each in cases]), observed, {})
    assert (result.verdict, result.error) == ("error", toy.raising(""))


def _with_raise(toy, text, message, observed_message, ending):
    """Steps whose second backward must raise `text`."""
    program = [SQUARE, SQUARE]
    case = toy.start(x=2.0)
    steps = toy.exercise(program).steps
    exercise = toy.exercise(program, steps=(steps[0], replace(steps[1], raises=text)))
    expected, observed = toy.reference(case, program), toy.trace(case, program, ending)
    failed = replace(expected.steps[1].call, after=expected.steps[1].call.before, raised=toy.raising(message))
    expected = replace(expected, steps=(expected.steps[0], replace(expected.steps[1], call=failed, raised=failed.raised)))
    mine = replace(failed, raised=observed_message and toy.raising(observed_message))
    return grade_traces(ExpectedRuns(exercise, [expected]), [replace(observed, calls=(observed.calls[0], mine))], {})


def test_raising_the_expected_error_passes(toy):
    ending = Ending("raised", error=toy.raising("a second time through the graph"))
    result = _with_raise(toy, "second time", "a second time", "a second time", ending)
    assert (result.verdict, result.score, statuses(result)) == ("passed", 2.0, ["matched", "matched"])


def test_catching_the_expected_error_fails(toy):
    result = _with_raise(toy, "second time", "a second time", "a second time", Ending("returned"))
    assert (result.verdict, result.score) == ("failed", 1.0)


def test_raising_something_else_is_an_error(toy):
    result = _with_raise(toy, "second time", "a second time", "boom", Ending("raised", error=toy.raising("boom")))
    assert (result.verdict, statuses(result)) == ("error", ["matched", "wrong"])


def test_a_backward_that_does_not_raise_although_it_should_is_wrong(toy):
    result = _with_raise(toy, "second time", "a second time", None, Ending("returned"))
    assert (result.verdict, statuses(result)) == ("failed", ["matched", "wrong"])


def test_a_step_that_raises_before_its_call_is_judged_by_the_ending(toy):
    case, program = toy.start(x=2.0), [SQUARE, SQUARE]
    steps = toy.exercise(program).steps
    exercise = toy.exercise(program, steps=(steps[0], replace(steps[1], raises="shapes")))
    expected = toy.reference(case, program)
    last = replace(expected.steps[1], call=None, raised=toy.raising("shapes do not fit"))
    expected = replace(expected, steps=(expected.steps[0], last))
    right = toy.trace(case, [SQUARE], Ending("raised", error=toy.raising("shapes do not fit")))
    assert grade_traces(ExpectedRuns(exercise, [expected]), [right], {}).verdict == "passed"
    assert statuses(grade_traces(ExpectedRuns(exercise, [expected]), [replace(right, ending=Ending("returned"))], {})) == [
        "matched",
        "missing",
    ]


def test_the_returned_value_is_a_row_of_one_point(toy, grade_program):
    fields = {"returned": toy.tensor(4.0), "returns": ()}
    right = grade_program([SQUARE], [SQUARE], ending=Ending("returned", toy.tensor(4.0)), **fields)
    assert (right.verdict, right.score, right.max_score) == ("passed", 2.0, 2.0)
    number = grade_program([SQUARE], [SQUARE], ending=Ending("returned", 4), **fields)
    assert (number.verdict, number.score) == ("failed", 1.0)
    either = grade_program([SQUARE], [SQUARE], ending=Ending("returned", 4), returns_number=True, **fields)
    assert (either.verdict, either.score) == ("passed", 2.0)
    wrong = grade_program([SQUARE], [SQUARE], ending=Ending("returned", 5), **fields)
    assert (wrong.verdict, wrong.score, statuses(wrong)) == ("failed", 1.0, ["matched", "wrong"])
    assert wrong.rows[1].observed == {"return": 5}
    missing = grade_program([SQUARE], [SQUARE], ending=Ending("raised", error=toy.raising()), **fields)
    assert statuses(missing) == ["matched", "missing"]


def test_rows_show_expected_and_observed_values(toy, grade_program):
    row = grade_program([SQUARE, ZERO], [CUBE, ZERO]).rows[0]
    assert (row.expected, row.observed, row.call.line) == ({"x.grad": toy.tensor(4.0)}, {"x.grad": toy.tensor(12.0)}, 1)


def test_an_unexpected_call_is_shown_between_the_steps_around_it(grade_program):
    assert statuses(grade_program([SQUARE, ZERO, SQUARE], [SQUARE, CUBE, ZERO, SQUARE])) == [
        "matched",
        "unexpected",
        "matched",
        "matched",
    ]


@pytest.mark.parametrize(
    ("file", "verdict", "message"),
    [
        (None, "not_found", None),
        (SolutionFile("a.py", "pass"), "not_started", None),
        (SolutionFile("a.py", None, "It is a notebook."), "error", "It is a notebook."),
    ],
)
def test_an_exercise_that_was_not_run(toy, file, verdict, message):
    result = grade_of_not_run(toy.exercise([NONE, *PILE_UP]), file)
    assert (result.verdict, result.score, result.max_score) == (verdict, 0.0, 4.0)
    assert (result.error and result.error.message) == message


def test_an_error_of_the_grader_gives_no_score(toy):
    result = grade_of_grader_error(toy.exercise(PILE_UP), "the child is gone")
    assert (result.verdict, result.score, result.max_score) == ("grader_error", None, 4.0)


LEAVES = st.sampled_from([("x",), ("y",), ("x", "y")])
ACTIONS = st.one_of(
    st.builds(
        lambda leaves, factor, power: ("backward", dict.fromkeys(leaves, (factor, power))),
        LEAVES,
        st.sampled_from([1, 2, 3]),
        st.sampled_from([1, 2, 3]),
    ),
    st.builds(lambda leaves, to_none: ("zero", leaves, to_none), LEAVES, st.booleans()),
    st.builds(lambda leaves: ("edit", leaves, 0.5), LEAVES),
    st.builds(lambda leaves: ("update", leaves, 0.25), LEAVES),
    st.builds(lambda leaves: ("step", leaves, 0.125, "optimizer"), LEAVES),
)
PROGRAMS = st.lists(ACTIONS, min_size=1, max_size=7)
TWO_LEAVES = ({"x": 2.0, "y": 3.0}, {"x": 2.5, "y": -1.5})
EXAMPLES = 2 * settings().max_examples
law = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@law
@given(program=PROGRAMS)
def test_performing_exactly_the_steps_always_passes(grade_program, program):
    result = grade_program(program, program, TWO_LEAVES)
    assert (result.verdict, result.score) == ("passed", result.max_score)


@law
@given(steps=PROGRAMS, program=PROGRAMS)
def test_passed_means_all_points_and_no_score_exceeds_them(grade_program, steps, program):
    result = grade_program(steps, program, TWO_LEAVES)
    assert 0 <= result.score <= result.max_score
    assert (result.verdict == "passed") == all(row.status in ("matched", "skipped") for row in result.rows)
    assert result.verdict != "passed" or result.score == result.max_score


@st.composite
def edited(draw):
    """A program, and the same with one step left out, repeated, moved or replaced."""
    program = draw(PROGRAMS)
    place, other = draw(st.integers(0, len(program) - 1)), draw(st.integers(0, len(program) - 1))
    rest = program[:place] + program[place + 1 :]
    return program, draw(
        st.sampled_from(
            [
                rest,
                [*program[:place], program[place], *program[place:]],
                [*rest[:other], program[place], *rest[other:]],
                [*program[:place], draw(ACTIONS), *program[place + 1 :]],
            ]
        )
    )


def _left_by_backwards(toy, program):
    """For each leaf, what every backward that changed it left there; and the last state."""
    case = toy.start(x=2.0, y=3.0)
    calls = toy.calls(case, program)
    left = {
        name: [call.after[name] for call in calls if call.kind == "backward" and call.before[name] != call.after[name]]
        for name in case
    }
    return left, calls[-1].after if calls else case


@settings(law, max_examples=2 * EXAMPLES)
@given(programs=edited())
def test_an_edit_of_the_steps_that_changes_what_they_leave_never_passes(toy, grade_program, programs):
    steps, other = programs
    if _left_by_backwards(toy, steps) != _left_by_backwards(toy, other):
        assert grade_program(steps, other, TWO_LEAVES).verdict != "passed"


@settings(law, max_examples=2 * EXAMPLES)
@given(steps=PROGRAMS, program=PROGRAMS)
def test_a_program_that_passes_leaves_what_the_steps_leave(toy, grade_program, steps, program):
    if grade_program(steps, program, TWO_LEAVES).verdict == "passed":
        assert _left_by_backwards(toy, steps) == _left_by_backwards(toy, program)


def test_a_timeout_names_the_line_of_the_last_recorded_call(toy):
    case = toy.start(x=2.0)
    ending = Ending("timeout", error=Raised("Timeout", "it ran for too long"))
    result = grade_traces(
        ExpectedRuns(toy.exercise([SQUARE, CUBE]), [toy.reference(case, [SQUARE, CUBE])]), [toy.trace(case, [SQUARE], ending)], {}
    )
    assert (result.verdict, result.error.line, result.hidden_error) == ("timeout", 1, False)


def test_an_error_in_a_hidden_case_only_is_labelled_and_keeps_no_message(toy):
    cases = [toy.start(x=2.0), toy.start(x=3.5)]
    observed = [toy.trace(cases[0], [SQUARE]), toy.trace(cases[1], [SQUARE], Ending("raised", error=toy.raising()))]
    result = grade_traces(ExpectedRuns(toy.exercise([SQUARE]), [toy.reference(each, [SQUARE]) for each in cases]), observed, {})
    assert (result.verdict, result.hidden_error) == ("error", True)
    assert (result.error.type, result.error.message, result.error.line) == ("RuntimeError", "", 7)


def test_a_row_knows_which_names_differ(toy):
    case = toy.start(x=2.0, y=3.0)
    right, wrong = [("backward", {"x": (1, 2), "y": (1, 2)})], [("backward", {"x": (1, 2), "y": (1, 3)})]
    result = grade_traces(ExpectedRuns(toy.exercise(right), [toy.reference(case, right)]), [toy.trace(case, wrong)], {})
    assert [row.differs for row in result.rows] == [("y.grad",)]
