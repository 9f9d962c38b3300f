"""Marking in rounds: the replays that it asks for, and what they decide."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.marking import align
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.marking.marker import Marker
from grader.records.trace import Ending

law = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

SQUARE, CUBE = ("backward", {"x": (1, 2)}), ("backward", {"x": (1, 3)})
HALVE, RESET, UPDATE = ("edit", ("x",), 0.5), ("zero", ("x",), True), ("update", ("x",), 0.01)
VALUES = (2.0, 3.5, -1.25)


class Class:
    """One exercise of these steps with three cases, and an oracle for replays."""

    def __init__(self, toy, steps, length=None):
        self.toy, self.steps = toy, steps
        self.cases = [toy.start(x=value) for value in VALUES]
        exercise = toy.exercise(steps)
        numbered = (replace(step, number=index % (length or len(steps)) + 1) for index, step in enumerate(exercise.steps))
        self.expected_runs = ExpectedRuns(
            replace(exercise, steps=tuple(numbered)), [toy.reference(case, steps) for case in self.cases]
        )
        self.requested = []

    def observed(self, program, length=None, **fields):
        traces = [self.toy.trace(case, program, **fields) for case in self.cases]
        return [
            replace(trace, calls=tuple(replace(call, line=(call.line - 1) % (length or 999) + 1) for call in trace.calls))
            for trace in traces
        ]

    def states(self, requests):
        self.requested.append(len(requests))
        return {request: self.toy.call(request.before, self.steps[request.step]).after for request in requests}

    def grade(self, observed):
        marker = Marker(self.expected_runs, observed)
        while marker.requests:
            marker.answer(self.states(marker.requests))
        return marker.grade()


def statuses(grade):
    return [row.status for row in grade.rows]


def test_a_call_on_a_wrong_state_is_replayed_and_carried_if_the_replay_leaves_the_same(toy):
    one = Class(toy, [SQUARE, HALVE])
    observed = one.observed([CUBE, HALVE])
    marker = Marker(one.expected_runs, observed)
    assert {(request.case, request.step) for request in marker.requests} == {(0, 1), (1, 1), (2, 1)}
    assert marker.requests[0].before == observed[0].calls[0].after
    marker.answer(one.states(marker.requests))
    assert marker.requests == ()
    assert statuses(marker.grade()) == ["wrong", "carried"]


def test_a_call_whose_replay_is_not_possible_is_wrong(toy):
    one = Class(toy, [SQUARE, HALVE])
    marker = Marker(one.expected_runs, one.observed([CUBE, HALVE]))
    marker.answer({})
    assert statuses(marker.grade()) == ["wrong", "wrong"]


def test_a_right_program_and_a_crashed_one_need_no_replay(toy):
    one = Class(toy, [SQUARE, CUBE, RESET, SQUARE])
    assert Marker(one.expected_runs, one.observed([SQUARE, CUBE, RESET, SQUARE])).requests == ()
    assert Marker(one.expected_runs, one.observed([CUBE, CUBE], ending=Ending("crashed"))).requests == ()


ACTIONS = st.sampled_from([SQUARE, CUBE, HALVE, RESET, UPDATE, ("backward", {"x": (2, 2)})])


@law
@given(steps=st.lists(ACTIONS, min_size=1, max_size=7), program=st.lists(ACTIONS, max_size=7))
def test_the_rounds_find_what_all_replays_at_once_would_find(toy, steps, program):
    one = Class(toy, steps)
    observed = one.observed(program)
    marked = one.grade(observed)
    everything = _Everything(one)
    assert marked.score == grade_traces(one.expected_runs, observed, everything).score


class _Everything(dict):
    """The answer to every request."""

    def __init__(self, one):
        self.one = one

    def get(self, request, default=None):
        return self.one.states([request])[request]


LOOPS = {
    "no reset": [SQUARE, UPDATE],
    "another factor": [RESET, ("backward", {"x": (0.5, 2)}), UPDATE],
    "a backward too many": [RESET, SQUARE, SQUARE, UPDATE],
    "an update too early": [RESET, UPDATE, SQUARE],
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_long_loop_loses_in_each_pass_what_a_short_one_loses(toy, name):
    def lost(passes):
        one = Class(toy, [RESET, SQUARE, UPDATE] * passes, 3)
        grade = one.grade(one.observed(LOOPS[name] * passes, len(LOOPS[name])))
        return grade.max_score - grade.score

    assert lost(120) == lost(119) + (lost(6) - lost(5))


def test_one_wrong_pass_in_the_middle_of_a_long_loop_costs_one_point(toy):
    passes = 120
    one = Class(toy, [RESET, SQUARE, UPDATE] * passes, 3)
    program = [RESET, SQUARE, UPDATE] * 60 + [SQUARE, UPDATE] + [RESET, SQUARE, UPDATE] * 59
    grade = one.grade(one.observed(program))
    assert grade.max_score - grade.score == 1.0


@pytest.mark.parametrize("name", LOOPS)
def test_twice_as_many_passes_take_twice_as_many_replays_and_judgements(toy, name, monkeypatch):
    def work(passes):
        one = Class(toy, [RESET, SQUARE, UPDATE] * passes, 3)
        observed = one.observed(LOOPS[name] * passes, len(LOOPS[name]))
        with monkeypatch.context() as patched:
            judged = _count_judgements(patched)
            one.grade(observed)
        return sum(one.requested), judged[0]

    (replays, judgements), (more_replays, more_judgements) = work(100), work(200)
    assert replays <= more_replays <= 2.1 * replays
    assert more_judgements <= 2.1 * judgements


def test_a_hopeless_long_trace_takes_work_in_proportion_to_its_length(toy, monkeypatch):
    def work(passes):
        one = Class(toy, [RESET, SQUARE, UPDATE] * passes, 3)
        actions = [RESET, CUBE, UPDATE, SQUARE, CUBE]
        observed = one.observed([actions[(place * place + place // 3) % 5] for place in range(4 * passes)])
        with monkeypatch.context() as patched:
            judged = _count_judgements(patched)
            one.grade(observed)
        return sum(one.requested) + judged[0]

    assert work(200) <= 2.2 * work(100)


def _count_judgements(patched):
    judged, own = [0], align.align

    def counting(rows, columns, judge):
        def counted(*place):
            judged[0] += 1
            return judge(*place)

        return own(rows, columns, counted)

    patched.setattr("grader.marking.compare.align", counting)
    return judged


@law
@given(
    steps=st.lists(ACTIONS, min_size=1, max_size=5),
    program=st.lists(ACTIONS, min_size=1, max_size=5),
    passes=st.integers(2, 6),
)
def test_a_long_alignment_is_never_better_than_the_exact_one(toy, steps, program, passes):
    one = Class(toy, steps * passes, len(steps))
    observed = one.observed(program * passes, len(program))
    exact = one.grade(observed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(align, "EXACT_CELLS", 0)
        assert one.grade(observed).score <= exact.score
