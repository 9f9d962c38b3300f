"""A toy autograd: leaves of plain numbers, losses that are polynomials in them, and the ledger of `.grad`.

`toy` performs small programs without torch and returns the records that the real worker returns. A program is a list
of actions, each a tuple: ("backward", loss), ("zero", leaves, to_none), ("edit", leaves, factor),
("update", leaves, rate), ("step", leaves, rate, optimizer), ("let",). A loss maps leaves to a coefficient and a power:
{"x": (3, 2)} is 3 * x**2. A third entry multiplies by the value of another leaf: {"x": (3, 1, "y")}.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from grader.expressions.tree import Name, Number
from grader.records.exercise import Backward, Clip, Exercise, Look, OptimizerStep, Set, Setup, Step, Zero
from grader.records.trace import Call, Ending, LeafState, PerformedStep, Raised, ReferenceRun, TensorValue, Trace

_VERBS = {"backward": "backward", "zero": "zero", "edit": "clip", "update": "set", "step": "step", "let": "look"}


def tensor(*numbers, shape=None, dtype="float32", device="cpu"):
    return TensorValue((len(numbers),) if shape is None else shape, dtype, device, tuple(map(float, numbers)))


def start(**values):
    """Leaves with these values, and no gradients yet."""
    return {name: LeafState(tensor(value), None) for name, value in values.items()}


def _grad_number(grad):
    return 0.0 if grad is None else grad.data[0]


def _contributions(loss, state):
    contributions = {}
    for name, (factor, power, *other) in loss.items():
        by = state[other[0]].value.data[0] if other else 1.0
        contributions[name] = factor * by * power * state[name].value.data[0] ** (power - 1)
    return contributions


def _after(state, action):
    match action:
        case ("backward", loss):
            return {
                name: replace(state[name], grad=tensor(_grad_number(state[name].grad) + contribution))
                for name, contribution in _contributions(loss, state).items()
            }
        case ("zero", leaves, to_none):
            return {
                name: replace(state[name], grad=None if to_none or state[name].grad is None else tensor(0.0)) for name in leaves
            }
        case ("edit", leaves, factor):
            return {
                name: replace(state[name], grad=state[name].grad and tensor(factor * _grad_number(state[name].grad)))
                for name in leaves
            }
        case ("update", leaves, rate) | ("step", leaves, rate, _):
            return {
                name: replace(state[name], value=tensor(state[name].value.data[0] - rate * _grad_number(state[name].grad)))
                for name in leaves
            }
    return {}


def call(state, action, line=None):
    """The call that performs one action on a state."""
    verb = action[0]
    changes = _after(state, action)
    return Call(
        "update" if verb == "step" else verb,
        tuple(changes),
        any(state[name] != leaf for name, leaf in changes.items()),
        line,
        optimizer=action[3] if verb == "step" else None,
        is_step=verb == "step",
        before=state,
        after={**state, **changes},
    )


def calls(state, program):
    made = []
    for line, action in enumerate(program, 1):
        if action[0] != "let":
            made.append(call(state, action, line))
            state = made[-1].after
    return tuple(made)


def trace(state, program, ending=None, **fields):
    return Trace(state, calls(state, program), ending or Ending("returned"), **fields)


def reference(state, program, returned=None):
    before, done = state, []
    for action in program:
        made = None if action[0] == "let" else call(state, action)
        state = made.after if made else state
        done.append(PerformedStep(made))
    return ReferenceRun(before, tuple(done), returned)


def _action(action):
    names = tuple(map(Name, action[1])) if len(action) > 1 else ()
    match action[0]:
        case "backward":
            return Backward((Number(0),))
        case "zero":
            return Zero(names)
        case "edit":
            return Clip(names, clip_value=1.0)
        case "update":
            return Set(tuple((name, Number(0)) for name in names))
        case "step":
            return OptimizerStep(action[3])
    return Look()


def exercise(program, **fields):
    """An exercise with these actions as its steps."""
    steps = tuple(Step(_VERBS[action[0]], _action(action), number, str(action)) for number, action in enumerate(program, 1))
    own = {"id": "core/toy", "path": "toy.yaml", "title": "Toy", "kind": "write", "function": "solve", "parameters": ("x",)}
    return Exercise(**{**own, "setup": Setup(), "steps": steps, **fields})


def raising(message="boom", type_="RuntimeError", line=7):
    return Raised(type_, message, line)


@pytest.fixture
def toy():
    names = (tensor, start, call, calls, trace, reference, exercise, raising)
    return SimpleNamespace(**{each.__name__: each for each in names})
