"""Equivalent programs get the same groups."""

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.marking.call_groups import expected_groups, observed_groups, reordered_groups
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces

EXAMPLES = 3 * settings().max_examples
LAW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    """A program, and an equivalent one: independent calls in another order, and some calls split by leaf."""
    program = draw(st.lists(ACTIONS, max_size=6))
    other = [part for action in program for part in (splits(action) if draw(st.booleans()) else [action])]
    for place in draw(st.lists(st.integers(0, 20), max_size=12)):
        if place + 1 < len(other) and not leaves(other[place]) & leaves(other[place + 1]):
            other[place : place + 2] = other[place + 1], other[place]
    return program, other


def properties(groups):
    return [(group.kind, group.touched, group.is_step, group.before, group.after) for group in groups]


@LAW
@given(programs=rewritten())
def test_order_and_splitting_of_independent_calls_do_not_matter(toy, programs):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    steps = expected_groups(list(enumerate(toy.calls(start, programs[0]))))
    one, other = (observed_groups(start, toy.calls(start, program), steps) for program in programs)
    assert properties(one) == properties(other) == properties(steps)


@LAW
@given(programs=rewritten())
def test_an_equivalent_program_passes(toy, programs):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    right, trace = toy.reference(start, programs[0]), toy.trace(start, programs[1])
    assert grade_traces(ExpectedRuns(toy.exercise(programs[0]), [right]), [trace], {}).verdict == "passed"


@LAW
@given(program=st.lists(ACTIONS, max_size=6), steps=st.lists(ACTIONS, max_size=6))
def test_the_groups_keep_every_call_and_the_order_on_each_leaf(toy, program, steps):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    calls = toy.calls(start, program)
    groups = observed_groups(start, calls, expected_groups(list(enumerate(toy.calls(start, steps)))))
    assert {member for group in groups for member in group.members} == set(range(len(calls)))
    for name in NAMES:
        whole = [group for group in groups if group.is_step or group.kind == "backward"]
        members = [member for group in whole for member in group.members if name in calls[member].touched]
        assert members == sorted(members)
    assert (groups[-1].after if groups else start) == (calls[-1].after if calls else start)


KINDS = {
    "backward": lambda names, number: ("backward", dict.fromkeys(names, (number, 2))),
    "zero": lambda names, number: ("zero", names, True),
    "update": lambda names, number: ("update", names, number / 4),
    "step": lambda names, number: ("step", names, number / 4, "optimizer"),
}
SOME_KIND, SOME_OR_NONE = st.sampled_from(sorted(KINDS)), st.one_of(SOME, st.just(()))


@st.composite
def steps_and_calls(draw):
    """Steps, and similar calls: with other numbers, and sometimes another kind, other leaves or another order."""
    steps = draw(st.lists(st.tuples(SOME_KIND, SOME_OR_NONE), min_size=1, max_size=4))
    calls = [(draw(rarely(kind, SOME_KIND)), draw(rarely(names, SOME_OR_NONE))) for kind, names in steps]
    calls = draw(rarely(calls, st.permutations(calls)))
    return actions(steps, 1), actions(calls, 3)


def actions(kinds_and_names, number):
    return [KINDS[kind](names, number) for kind, names in kinds_and_names]


def two_programs(*programs):
    """Programs written as `zero x, update y`."""
    return tuple(actions([each.split() for each in program.split(", ")], 1) for program in programs)


def rarely(usual, other):
    return st.one_of(*[st.just(usual)] * 3, other)


@LAW
@example(programs=two_programs("backward x, zero x", "zero x, zero x"), raising=None, steps_raise=False)
@example(programs=two_programs("zero x, zero y", "zero y, zero x"), raising=None, steps_raise=False)
@example(programs=two_programs("update x, update y, update z", "update x, update y, update z"), raising=0, steps_raise=False)
@given(programs=steps_and_calls(), raising=st.sampled_from([None] * 4 + [0, 1]), steps_raise=st.booleans())
def test_calls_that_need_no_change_get_the_groups_that_the_general_way_makes(toy, programs, raising, steps_raise):
    start = toy.start(x=2.0, y=3.0, z=5.0)
    expected, observed = ([*toy.calls(start, program)] for program in programs)
    for calls in (expected, observed) if steps_raise else (observed,):
        calls[:] = [replace(call, raised=toy.raising()) if place == raising else call for place, call in enumerate(calls)]
    steps = expected_groups(list(enumerate(expected)))
    assert observed_groups(start, observed, steps) == reordered_groups(start, observed, steps)


def groups_of(toy, program, steps=()):
    start = toy.start(x=2.0, y=3.0)
    return observed_groups(start, toy.calls(start, program), expected_groups(list(enumerate(toy.calls(start, steps)))))


BOTH = ("backward", {"x": (1, 2), "y": (1, 2)})


def test_a_loop_over_parameters_is_one_call_of_each_kind(toy):
    loop = [BOTH, ("update", ("x",), 0.1), ("zero", ("x",), True), ("update", ("y",), 0.1), ("zero", ("y",), True)]
    steps = [BOTH, ("update", ("x", "y"), 0.1), ("zero", ("x", "y"), True)]
    assert [group.members for group in groups_of(toy, loop, steps)] == [(0,), (1, 3), (2, 4)]


def test_one_zero_of_two_leaves_is_split_for_two_steps(toy):
    steps = [BOTH, ("zero", ("x",), True), ("zero", ("y",), True)]
    groups = groups_of(toy, [BOTH, ("zero", ("x", "y"), True)], steps)
    assert [(group.kind, set(group.touched)) for group in groups[1:]] == [("zero", {"x"}), ("zero", {"y"})]


def test_optimizer_steps_are_never_merged_and_edits_of_one_leaf_stay_two(toy):
    program = [BOTH, ("step", ("x",), 0.1, "a"), ("step", ("y",), 0.1, "b"), ("edit", ("x",), 0.5), ("edit", ("x",), 0.5)]
    assert [group.members for group in groups_of(toy, program)] == [(0,), (1,), (2,), (3,), (4,)]


def test_adjacent_zeros_of_one_leaf_are_one_group(toy):
    calls = toy.calls(
        toy.start(x=2.0, y=3.0), [BOTH, ("zero", ("x", "y"), False), ("zero", ("x",), True), ("zero", ("x",), True)]
    )
    assert [group.members for group in expected_groups(list(enumerate(calls)))] == [(0,), (1, 2, 3)]


def test_a_call_that_raised_is_never_moved(toy):
    start = toy.start(x=2.0, y=3.0)
    steps = [("backward", {"x": (1, 2)}), ("backward", {"y": (1, 2)}), ("zero", ("x", "y"), True)]
    program = [steps[0], ("zero", ("x",), True), steps[1], ("zero", ("y",), True)]
    calls = list(toy.calls(start, program))
    calls[2] = replace(calls[2], raised=toy.raising())
    groups = observed_groups(start, calls, expected_groups(list(enumerate(toy.calls(start, steps)))))
    assert [group.members for group in groups] == [(0,), (1,), (2,), (3,)]


def test_a_change_without_a_recorded_write_belongs_to_the_next_call(toy):
    start = toy.start(x=2.0, y=3.0)
    (call,) = toy.calls(start, [("backward", {"x": (1, 2)})])
    silent = replace(call, after={**call.after, "y": replace(start["y"], grad=toy.tensor(9.0))})
    (group,) = observed_groups(start, [silent], ())
    assert group.touched == {"x", "y"}
