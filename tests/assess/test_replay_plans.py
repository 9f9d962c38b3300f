"""Which steps a replay performs, and which leaves it needs."""

import pytest

from grader.assess.replay_plans import ReplayPlans
from grader.expressions.parse import parse
from grader.records.exercise import (
    Backward,
    Code,
    Data,
    Exercise,
    Let,
    OptimizerStep,
    RequiresGrad,
    Set,
    Setup,
    Step,
    TensorSpec,
    Zero,
)
from grader.records.trace import Call, LeafState, PerformedStep, ReferenceRun, TensorValue

SETUP = Setup(
    data={"x": Data((1.0,)), "pair": Data(names=("w", "v")), "nested": Data(names=(("pair", "x"), "model"))},
    modules={"model": parse("Linear(1, 1)"), "other": parse("Linear(1, 1)")},
    tensors={
        "w": TensorSpec((1.0,)),
        "v": TensorSpec((1.0,)),
        "model.weight": TensorSpec(((1.0,),)),
        "model.bias": TensorSpec((1.0,)),
        "other.weight": TensorSpec("model.weight"),
        "other.bias": TensorSpec((1.0,)),
    },
    optimizers={
        "sgd": parse("SGD([w], lr=0.1)"),
        "plain": parse("SGD(model.parameters(), 0.1, momentum=0.0, weight_decay=0.1)"),
        "moving": parse("SGD([w], lr=0.1, momentum=0.9)"),
        "adam": parse("Adam([w, v], lr=0.1)"),
    },
)
LEAVES = ("w", "v", "model.weight", "model.bias", "other.bias")
MODEL = ("model.weight", "model.bias")


def backward(text, **options):
    return Step("backward", Backward((parse(text),), **options), 1, "")


def let(**names):
    return Step("let", Let(tuple((name, parse(text)) for name, text in names.items())), 1, "")


def zero(text):
    return Step("zero", Zero((parse(text),)), 1, "")


def update(target, text):
    return Step("set", Set(((parse(target), parse(text)),)), 1, "")


def step(optimizer):
    return Step("step", OptimizerStep(optimizer), 1, "")


def switch(**targets):
    return Step("requires_grad", RequiresGrad(tuple((parse(name.replace("__", ".")), on) for name, on in targets.items())), 1, "")


def run_of(steps):
    """A run in which each call changes the leaf `w`."""
    state = before = {name: LeafState(TensorValue((), "float32", "cpu", (0.0,)), None) for name in LEAVES}
    performed = []
    for each in steps:
        call = None
        if each.is_call:
            after = state | {"w": LeafState(TensorValue((), "float32", "cpu", (1.0,)), None)}
            call, state = Call("backward", ("w",), before=state, after=after), after
        performed.append(PerformedStep(call))
    return ReferenceRun(before, tuple(performed))


def plans_of(*steps, setup=SETUP, run=None):
    exercise = Exercise("core/sample", "", "", "write", "solve", (), setup, steps)
    return ReplayPlans(exercise, LEAVES, [run or run_of(steps)])


def last_plan(*steps, **options):
    return plans_of(*steps, **options).plan(0, len(steps) - 1)


@pytest.mark.parametrize(
    ("last", "leaves"),
    [
        (backward("w * x"), ("w",)),
        (backward("sum(model(x)) * v"), ("v", *MODEL)),
        (backward("other(x)"), ("model.weight", "other.bias")),
        (backward("model.bias"), MODEL),
        (backward("pair[1]"), ("w", "v")),
        (backward("nested[1](x)"), ("w", "v", *MODEL)),
        (update("w", "w - v.grad"), ("w", "v")),
        (zero("pair"), ("w", "v")),
        (zero("adam"), ("w", "v")),
        (step("sgd"), ("w",)),
        (step("plain"), MODEL),
    ],
)
def test_a_step_alone_needs_the_leaves_behind_its_names(last, leaves):
    plan = last_plan(backward("w"), zero("model"), last)
    assert (plan.first, plan.own, plan.last, plan.leaves) == (2, 2, 2, leaves)
    assert not plan.needs_start
    assert not plan.from_setup


def test_the_steps_that_prepare_a_call_are_its_own():
    plan = last_plan(backward("v"), let(y="w * x"), let(z="y + 1", y="z * 2"), backward("y"))
    assert (plan.first, plan.own, plan.last, plan.leaves) == (1, 1, 3, ("w",))


def test_everything_since_a_name_was_bound_is_performed():
    plan = last_plan(backward("v"), let(y="w * x"), zero("v"), let(z="y * 2"), zero("w"), backward("z"))
    assert (plan.first, plan.own, plan.last, plan.leaves) == (1, 5, 5, ("w", "v"))
    assert plan.needs_start


def test_a_name_that_is_bound_between_needs_what_it_was_made_of():
    plan = last_plan(let(a="w"), backward("a"), let(b="a + v"), backward("b"), let(c="b"), zero("w"), backward("c"))
    assert (plan.first, plan.own) == (0, 6)


def test_a_name_that_is_bound_again_hides_what_it_meant():
    plan = last_plan(let(w="v"), backward("w"), let(w="x * v"), zero("model"), backward("w"))
    assert (plan.first, plan.own, plan.leaves) == (2, 4, ("w", "v", *MODEL))
    assert last_plan(let(w="v"), backward("w"), let(y="1"), backward("w")).first == 0


@pytest.mark.parametrize(
    ("steps", "whole"),
    [
        ([step("moving"), backward("w")], False),
        ([backward("w"), step("moving")], True),
        ([backward("w"), step("adam")], True),
        ([let(y="w"), step("adam"), backward("y")], True),
        ([let(y="w"), step("sgd"), backward("y")], False),
        ([Step("code", Code("w.data += 1"), 1, ""), backward("w")], True),
        ([backward("w"), Step("code", Code("w.data += 1"), 1, "")], True),
        ([backward("w**2", create_graph=True), backward("w.grad")], False),
        ([backward("w**2", create_graph=True), let(g="w.grad"), zero("w"), backward("g")], True),
        ([let(g="w"), backward("g**2", create_graph=True), backward("g")], False),
        ([let(y="w"), switch(y=False), zero("w"), backward("w")], True),
    ],
)
def test_the_whole_past_is_performed_only_if_it_is_hidden(steps, whole):
    plan = last_plan(*steps)
    assert plan.from_setup == whole
    if whole:
        assert (plan.first, plan.needs_start) == (0, False)
        assert plan.leaves == LEAVES or plan.walks


def test_a_step_of_an_optimizer_with_a_memory_goes_on_from_the_steps_before_it():
    plan = last_plan(zero("v"), backward("w"), step("moving"))
    assert (plan.first, plan.own, plan.leaves, plan.walks) == (0, 2, ("w",), True)
    assert not last_plan(let(y="w"), step("adam"), backward("y")).walks
    assert not last_plan(step("sgd")).walks


def test_a_module_that_changes_its_parameters_when_it_is_called_needs_the_whole_past():
    setup = Setup(tensors=SETUP.tensors, modules={"model": parse("Embedding(1, 1, max_norm=1.0)")})
    assert last_plan(backward("w"), backward("w"), setup=setup).from_setup


def test_switched_leaves_are_switched_once_each_in_the_order_of_their_last_switch():
    steps = (switch(w=False, model__bias=False), backward("v"), switch(model=True), switch(w=True), backward("v"), backward("v"))
    plans = plans_of(*steps)
    assert plans.plan(0, 1).flags is None  # the first switch is one of its own steps
    flags = plans.plan(0, 5).flags
    assert [(target, on) for target, on in flags.of] == [(parse("model.bias"), False), (parse("model"), True), (parse("w"), True)]


def test_equal_own_steps_ask_the_same_question():
    body = (let(y="w * x"), backward("y"), zero("w"))
    plans = plans_of(*body, *body, let(y="w * v"), backward("y"), *body, switch(w=False), zero("v"), *body)
    questions = [plans.plan(0, last).question for last in (1, 4, 7, 9, 14)]
    assert questions[0] == questions[1] == questions[3]
    assert len(set(questions)) == 3


def test_a_step_that_was_not_performed_in_the_expected_run_needs_the_whole_past():
    steps = (backward("w"), backward("v"))
    short = run_of(steps[:1])
    assert last_plan(*steps, run=short).from_setup


def test_expected_states_are_used_only_as_far_as_they_follow_from_each_other():
    steps = (zero("w"), let(y="w"), zero("w"), backward("y"))
    run = run_of(steps)
    assert last_plan(*steps, run=run).needs_start
    without_first = ReferenceRun(run.before, run.steps[1:])
    plan = last_plan(*steps[1:], run=without_first)
    assert plan.needs_start
    later = plans_of(zero("v"), *steps[1:], run=ReferenceRun(run.before, (run.steps[2], *run.steps[1:])))
    assert later.plan(0, 3).from_setup


def test_the_start_of_a_plan_is_the_expected_state_before_its_first_step():
    steps = (zero("w"), let(y="w"), zero("w"), backward("y"))
    run = run_of(steps)
    plans = plans_of(*steps, run=run)
    assert plans.start(0, plans.plan(0, 3)) is run.steps[0].call.after
    assert plans.start(0, plans.plan(0, 0)) is None


def test_the_plans_of_a_long_loop_name_few_steps():
    body = (let(y="w * x"), zero("w"), backward("y"), update("w", "w - w.grad"))
    plans = plans_of(*body * 500)
    made = [plans.plan(0, last) for last in range(2000) if last % 4]
    assert sum(plan.last - plan.first + 1 for plan in made) == 500 * (2 + 3 + 1)
    assert sum(len(plan.leaves) for plan in made) == 1500
