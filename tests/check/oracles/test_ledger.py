"""The bookkeeping of every verb, compared with values measured in PyTorch."""

import pytest

from grader.check.oracles.arrays import NotCovered
from grader.check.oracles.backward import FREED, NO_GRAPH, NOT_SCALAR

X = "tensors: {x: [2.0]}\n"


def test_a_backward_adds(grads_of):
    steps = "steps:\n  - {expect: {x.grad: null}}\n  - backward: x**2\n  - backward: x**3\n  - backward: x**2 + x\n"
    assert grads_of(X + steps) == [None, [4.0], [16.0], [21.0]]


def test_zero_leaves_0_and_none_stays_none(grads_of):
    steps = "steps:\n  - zero: x\n  - backward: x**2\n  - zero: x\n  - zero: {of: x, set_to_none: true}\n"
    assert grads_of(X + steps) == [None, [4.0], [0.0], None]


def test_modules_and_optimizers_leave_none_by_default(ledger_of):
    text = """\
        modules: {m: "Linear(1, 1)"}
        tensors: {m.weight: [[2.0]], m.bias: [1.0]}
        data: {X: [[3.0]]}
        optimizers: {o: "SGD([m.weight], lr=0.1)"}
        steps:
          - backward: m(X)
          - zero: {of: o, set_to_none: false}
          - zero: o
          - zero: m
            expect: {m.bias.grad: null}
        """
    grads = [(entry.state["m.weight"].grad, entry.state["m.bias"].grad) for entry in ledger_of(text).entries]
    assert [(w and round(w.data[0], 6), b and round(b.data[0], 6)) for w, b in grads] == [(3, 1), (0, 1), (None, 1), (None, None)]


def test_a_leaf_outside_the_loss_keeps_none_and_a_flat_loss_leaves_0(grads_of):
    text = "tensors: {x: [2.0], u: [5.0]}\nsteps:\n  - backward: x**2\n  - backward: x**2 + 0*u\n    expect: {u.grad: [0.0]}\n"
    assert grads_of(text, "u") == [None, [0.0]]


def test_a_name_for_grad_is_the_same_object_until_grad_is_none(ledger_of):
    text = """\
        tensors: {x: [2.0]}
        steps:
          - backward: x**2
          - let: {g: x.grad, c: clone(x.grad)}
          - backward: x**2
            expect: {g: [8.0], c: [4.0]}
          - zero: x
            expect: {g: [0.0], c: [4.0]}
          - zero: {of: x, set_to_none: true}
          - backward: x**3
            expect: {g: [0.0], c: [4.0]}
        """
    values = [[round(value.data[0], 4) for value in entry.values] for entry in ledger_of(text).entries if entry.values]
    assert values == [[8.0, 4.0], [0.0, 4.0], [0.0, 4.0]]


def test_a_value_with_retain_grad_accumulates_too(ledger_of):
    text = X + (
        "steps:\n  - let: {h: 3*x}\n  - retain_grad: h\n    expect: {h.grad: null}\n"
        "  - backward: {of: h**2, retain_graph: true}\n    expect: {h.grad: [12.0]}\n"
        "  - backward: h**2\n    expect: {h.grad: [24.0]}\n"
    )
    values = [entry.values[0] and round(entry.values[0].data[0], 4) for entry in ledger_of(text).entries if entry.values]
    assert values == [None, 12.0, 24.0]


def test_a_graph_is_freed_by_backward(grads_of):
    steps = "steps:\n  - let: {y: x**2}\n  - backward: y\n  - backward: {of: y}\n"
    assert grads_of(X + steps) == [None, [4.0], FREED]


def test_a_retained_graph_is_not_freed(grads_of):
    steps = "steps:\n  - let: {y: x**2}\n  - backward: {of: y, retain_graph: true}\n  - backward: y\n  - backward: y\n"
    assert grads_of(X + steps) == [None, [4.0], [8.0], FREED]


def test_a_graph_that_saves_no_tensors_is_never_freed(grads_of):
    steps = "steps:\n  - let: {y: sum(x + 1)}\n  - backward: y\n  - backward: y\n    expect: {x.grad: [2.0]}\n"
    assert grads_of(X + steps) == [None, [1.0], [2.0]]


@pytest.mark.parametrize(
    ("step", "message"),
    [("backward: detach(x)**2", NO_GRAPH), ("let: {g: 'grad(detach(x), x)'}", NO_GRAPH)],
)
def test_a_loss_without_a_graph_is_an_error(grads_of, step, message):
    assert grads_of(f"{X}steps:\n  - {step}\n    raises: x\n") == [message]


@pytest.mark.parametrize("step", ["backward: x**2", "let: {g: 'grad(x**2, x)'}"])
def test_a_vector_needs_a_seed(grads_of, step):
    assert grads_of(f"tensors: {{x: [1.0, 2.0]}}\nsteps:\n  - {step}\n    raises: x\n") == [NOT_SCALAR]


def test_a_seed_weighs_the_elements(grads_of):
    text = """\
        tensors: {x: [1.0, 2.0, 3.0]}
        steps:
          - backward: {of: x**2, gradient: [1.0, 0.5, 2.0]}
          - backward: {of: [x**2, 3*x], gradient: [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]}
        """
    assert grads_of(text) == [[2.0, 2.0, 12.0], [10.0, 12.0, 24.0]]


def test_only_the_inputs_get_a_contribution(ledger_of):
    text = "tensors: {a: [2.0], b: [3.0]}\nsteps:\n  - backward: {of: a*b, inputs: a}\n    expect: {b.grad: null}\n"
    (entry,) = ledger_of(text).entries
    assert (round(entry.state["a"].grad.data[0], 6), entry.state["b"].grad) == (3.0, None)


def test_autograd_grad_changes_no_grad(ledger_of):
    text = X + "steps:\n  - let: {g: 'grad(x**3, x)'}\n    expect: {g: [12.0], x.grad: null}\n"
    (entry,) = ledger_of(text).entries
    assert (round(entry.values[0].data[0], 5), entry.state["x"].grad) == (12.0, None)


def test_a_frozen_leaf_gets_nothing(grads_of):
    text = """\
        tensors: {x: [2.0], b: [3.0]}
        steps:
          - backward: x*b
          - requires_grad: {b: false}
          - backward: x*b
          - requires_grad: {b: true}
          - backward: x*b
        """
    assert grads_of(text, "b") == [[2.0], [2.0], [2.0], [2.0], [4.0]]


def test_a_detached_tensor_is_a_constant(grads_of):
    steps = "steps:\n  - backward: x*detach(x)\n  - let: {c: detach(x**2)}\n  - backward: c*x\n"
    assert grads_of("tensors: {x: [3.0]}\n" + steps) == [[3.0], [3.0], [12.0]]


def test_clipping_by_norm_scales_all_gradients_and_by_value_each_number(ledger_of):
    text = """\
        tensors: {a: [1.0], b: [1.0]}
        steps:
          - backward: 3*a + 4*b
          - clip: {of: [a, b], max_norm: 1.0}
          - clip: {of: [a, b], max_norm: 9.0}
          - clip: {of: [a, b], clip_value: 0.7}
            expect: {a.grad: [0.6], b.grad: [0.7]}
        """
    grads = [[round(entry.state[name].grad.data[0], 5) for name in "ab"] for entry in ledger_of(text).entries]
    assert grads == [[3.0, 4.0], [0.6, 0.8], [0.6, 0.8], [0.6, 0.7]]


def test_set_changes_values_and_gradients_in_place(ledger_of):
    text = X + (
        "steps:\n  - backward: 8*x\n  - let: {g: x.grad}\n  - set: {x.grad: x.grad / 8, x: x - x.grad}\n"
        "    expect: {g: [1.0], x: [-6.0]}\n"
    )
    entry = ledger_of(text).entries[-1]
    assert [round(each, 6) for each in (entry.state["x"].value.data[0], entry.state["x"].grad.data[0])] == [-6.0, 1.0]


def test_set_replaces_none_by_a_gradient(grads_of):
    assert grads_of(X + "steps:\n  - set: {x.grad: 5}\n    expect: {x.grad: [5.0]}\n") == [[5]]


def test_a_rebound_name_leaves_the_leaf_alone(ledger_of):
    text = X + "steps:\n  - backward: x**2\n  - let: {x: x - 0.25*x.grad}\n  - backward: x**2\n    expect: {x: [1.0]}\n"
    entry = ledger_of(text).entries[-1]
    assert [round(each, 6) for each in (entry.state["x"].value.data[0], entry.state["x"].grad.data[0])] == [2.0, 6.0]


def test_a_graph_keeps_the_values_it_was_computed_from(grads_of):
    steps = "steps:\n  - let: {y: 2*x}\n  - set: {x: x + 1}\n  - backward: y * x\n    expect: {x.grad: [10.0]}\n"
    assert grads_of(X + steps) == [None, None, [10.0]]


def test_tied_weights_are_one_leaf(ledger_of):
    text = """\
        modules: {model: "Sequential(Linear(1, 1, bias=False), Linear(1, 1, bias=False))"}
        tensors: {model.0.weight: [[2.0]], model.1.weight: model.0.weight}
        data: {X: [[3.0]]}
        steps:
          - backward: model(X)
            expect: {model.1.weight.grad: [[12.0]]}
        """
    (entry,) = ledger_of(text).entries
    assert {name: round(leaf.grad.data[0], 5) for name, leaf in entry.state.items()} == {"model.0.weight": 12.0}
    assert round(entry.values[0].data[0], 5) == 12.0


def test_lists_lengths_and_loops_work_as_in_python(ledger_of):
    text = """\
        data: {A: [1.0, 2.0], B: [3.0], pairs: [[A, B], [B, A]]}
        tensors: {w: [1.0]}
        steps:
          - for: a, b
            in: pairs
            do:
              - backward: sum(w*a) / len(pairs) + len(b) * w[0] + sum(pairs[0][0]) * w
        returns: [w, w.grad, len(pairs), -len(A)]
        """
    ledger = ledger_of(text)
    assert [round(entry.state["w"].grad.data[0], 5) for entry in ledger.entries] == [5.5, 12.0]
    w, grad, pairs, negative = ledger.returned
    assert (w.data, round(grad.data[0], 5), pairs, negative) == ((1.0,), 12.0, 2, -2)


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("  - code: x.mul(2).sum().backward()\n    expect: {x.grad: [2.0]}\n", "code"),
        ("  - backward: {of: x**2, create_graph: true}\n    expect: {x.grad: [4.0]}\n", "a .grad that has a graph"),
        ("  - backward: sum(where(x, x, x))\n    expect: {x.grad: [1.0]}\n", "the function where"),
        ("  - backward: log(-x)\n    expect: {x.grad: [1.0]}\n", "a function is not defined here: math domain error"),
        (
            "  - backward: sum(x + stack([x, x, x]) @ stack([x, x]))\n    expect: {x.grad: [1.0]}\n",
            "the product of [3, 1] and [2, 1]",
        ),
    ],
)
def test_an_uncovered_step_says_why(ledger_of, steps, why):
    with pytest.raises(NotCovered) as caught:
        ledger_of(f"{X}steps:\n{steps}")
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("modules: {m: BatchNorm1d(1)}\ntensors: {x: [2.0], m.weight: [1.0], m.bias: [0.0]}\n", "the module BatchNorm1d"),
        ("tensors: {x: [2.0]}\noptimizers: {o: 'Adam([x], lr=0.1)'}\n", "the optimizer Adam([x], lr=0.1)"),
        ("tensors: {x: [2.0]}\noptimizers: {o: 'SGD([x], lr=0.1, foreach=True)'}\n", "the option foreach of SGD"),
    ],
)
def test_an_uncovered_declaration_says_why(ledger_of, declared, why):
    loss = "m([[1.0]])" if "modules" in declared else "x"
    with pytest.raises(NotCovered) as caught:
        ledger_of(f"{declared}steps:\n  - backward: sum({loss}) + x\n    expect: {{x.grad: [1.0]}}\n")
    assert str(caught.value) == why
