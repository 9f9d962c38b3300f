"""Programs that come to the same have one form."""

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.marking.call_groups import expected_units, moved_and_merged, observed_units
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade

LAW = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ("x", "y", "z")
SOME = st.sets(st.sampled_from(NAMES), min_size=1).map(lambda names: tuple(sorted(names)))
ACTIONS = st.one_of(
    SOME.map(lambda names: ("backward", dict.fromkeys(names, (1, 2)))),
    SOME.map(lambda names: ("zero", names, True)),
    SOME.map(lambda names: ("update", names, 0.25)),
    SOME.map(lambda names: ("step", names, 0.25, "optimizer")),
)


def leaves(action):
    return set(action[1])


def splits(action):
    return [action] if action[0] in ("backward", "step") else [(action[0], (name,), *action[2:]) for name in action[1]]


@st.composite
def rewritten(draw):
    """A program, and the same with independent calls in another order and some calls split by leaf."""
    program = draw(st.lists(ACTIONS, max_size=6))
    other = [part for action in program for part in (splits(action) if draw(st.booleans()) else [action])]
    for place in draw(st.lists(st.integers(0, 20), max_size=12)):
        if place + 1 < len(other) and not leaves(other[place]) & leaves(other[place + 1]):
            other[place : place + 2] = other[place + 1], other[place]
    return program, other


def form(groups):
    return [(group.kind, group.touched, group.is_step, group.before, group.after) for group in groups]


@LAW
@given(programs=rewritten())
def test_order_and_splitting_of_independent_calls_do_not_matter(toy, programs):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    steps = expected_units(list(enumerate(toy.calls(start, programs[0]))))
    one, other = (observed_units(start, toy.calls(start, program), steps) for program in programs)
    assert form(one) == form(other) == form(steps)


@LAW
@given(programs=rewritten())
def test_a_program_that_comes_to_the_same_passes(toy, programs):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    right, trace = toy.reference(start, programs[0]), toy.trace(start, programs[1])
    assert grade(ExpectedRuns(toy.exercise(programs[0]), [right]), [trace], {}).verdict == "passed"


@LAW
@given(program=st.lists(ACTIONS, max_size=6), steps=st.lists(ACTIONS, max_size=6))
def test_the_form_of_any_program_keeps_every_call_and_the_order_on_each_leaf(toy, program, steps):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    calls = toy.calls(start, program)
    groups = observed_units(start, calls, expected_units(list(enumerate(toy.calls(start, steps)))))
    assert {member for group in groups for member in group.members} == set(range(len(calls)))
    for name in NAMES:
        story = [group.members[0] for group in groups if name in group.touched and (group.is_step or group.kind == "backward")]
        assert story == sorted(story)
    assert (groups[-1].after if groups else start) == (calls[-1].after if calls else start)


KINDS = {
    "backward": lambda names, number: ("backward", dict.fromkeys(names, (number, 2))),
    "zero": lambda names, number: ("zero", names, True),
    "update": lambda names, number: ("update", names, number / 4),
    "step": lambda names, number: ("step", names, number / 4, "optimizer"),
}
SOME_KIND, SOME_OR_NONE = st.sampled_from(sorted(KINDS)), st.one_of(SOME, st.just(()))


@st.composite
def answered(draw):
    """Steps, and calls that answer them: with other numbers, and here and there of another kind, on other leaves, elsewhere."""
    asked = draw(st.lists(st.tuples(SOME_KIND, SOME_OR_NONE), min_size=1, max_size=4))
    told = [(draw(rarely(kind, SOME_KIND)), draw(rarely(names, SOME_OR_NONE))) for kind, names in asked]
    told = draw(rarely(told, st.permutations(told)))
    return performed(asked, 1), performed(told, 3)


def performed(actions, number):
    return [KINDS[kind](names, number) for kind, names in actions]


def beside(asked, told):
    """Two programs written as `zero x, update y`."""
    return tuple(performed([each.split() for each in program.split(", ")], 1) for program in (asked, told))


def rarely(usual, other):
    return st.one_of(*[st.just(usual)] * 3, other)


@LAW
@example(programs=beside("backward x, zero x", "zero x, zero x"), raising=None, is_asked=False)
@example(programs=beside("zero x, zero y", "zero y, zero x"), raising=None, is_asked=False)
@example(programs=beside("update x, update y, update z", "update x, update y, update z"), raising=0, is_asked=False)
@given(programs=answered(), raising=st.sampled_from([None] * 4 + [0, 1]), is_asked=st.booleans())
def test_calls_that_stand_beside_their_steps_have_the_form_that_any_calls_get(toy, programs, raising, is_asked):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    asked, told = ([*toy.calls(start, program)] for program in programs)
    for calls in (asked, told) if is_asked else (told,):
        calls[:] = [replace(call, raised=toy.raising()) if place == raising else call for place, call in enumerate(calls)]
    steps = expected_units(list(enumerate(asked)))
    assert observed_units(start, told, steps) == moved_and_merged(start, told, steps)


def observed(toy, program, steps=()):
    start = toy.start(x=2.0, y=3.0)
    return observed_units(start, toy.calls(start, program), expected_units(list(enumerate(toy.calls(start, steps)))))


BOTH = ("backward", {"x": (1, 2), "y": (1, 2)})


def test_a_loop_over_parameters_is_one_call_of_each_kind(toy):
    loop = [BOTH, ("update", ("x",), 0.1), ("zero", ("x",), True), ("update", ("y",), 0.1), ("zero", ("y",), True)]
    steps = [BOTH, ("update", ("x", "y"), 0.1), ("zero", ("x", "y"), True)]
    assert [group.members for group in observed(toy, loop, steps)] == [(0,), (1, 3), (2, 4)]


def test_one_zero_for_two_steps_on_different_leaves_stands_for_both(toy):
    steps = [BOTH, ("zero", ("x",), True), ("zero", ("y",), True)]
    groups = observed(toy, [BOTH, ("zero", ("x", "y"), True)], steps)
    assert [(group.kind, set(group.touched)) for group in groups[1:]] == [("zero", {"x"}), ("zero", {"y"})]


def test_steps_are_never_merged_and_edits_of_one_leaf_stay_two(toy):
    program = [BOTH, ("step", ("x",), 0.1, "a"), ("step", ("y",), 0.1, "b"), ("edit", ("x",), 0.5), ("edit", ("x",), 0.5)]
    assert [group.members for group in observed(toy, program)] == [(0,), (1,), (2,), (3,), (4,)]


def test_adjacent_zeros_of_one_leaf_are_one_step_of_two(toy):
    calls = toy.calls(
        toy.start(x=2.0, y=3.0), [BOTH, ("zero", ("x", "y"), False), ("zero", ("x",), True), ("zero", ("x",), True)]
    )
    assert [group.members for group in expected_units(list(enumerate(calls)))] == [(0,), (1, 2, 3)]


def test_a_call_that_raised_is_never_moved(toy):
    start = toy.start(x=2.0, y=3.0)
    steps = [("backward", {"x": (1, 2)}), ("backward", {"y": (1, 2)}), ("zero", ("x", "y"), True)]
    program = [steps[0], ("zero", ("x",), True), steps[1], ("zero", ("y",), True)]
    calls = list(toy.calls(start, program))
    calls[2] = replace(calls[2], raised=toy.raising())
    groups = observed_units(start, calls, expected_units(list(enumerate(toy.calls(start, steps)))))
    assert [group.members for group in groups] == [(0,), (1,), (2,), (3,)]


def test_what_changed_without_a_recorded_write_belongs_to_the_next_call(toy):
    start = toy.start(x=2.0, y=3.0)
    (call,) = toy.calls(start, [("backward", {"x": (1, 2)})])
    silent = replace(call, after={**call.after, "y": replace(start["y"], grad=toy.tensor(9.0))})
    (group,) = observed_units(start, [silent], ())
    assert group.touched == {"x", "y"}
