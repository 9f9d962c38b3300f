"""A right file that uses the whole language is read completely."""

import pytest

from grader.expressions.tree import Negative, Number
from grader.expressions.write import to_text
from grader.records.exercise import Data, Invisible, Limits, TensorSpec, Tolerance

WHOLE = """id: sample
title: A whole exercise
concept: everything
level: 4
kind: write
function: solve(w, model, optimizer, batches)
task: Do it.
data:
  X: [[1.0], [2.0]]
  labels: [0, 1]
  batches: [[X, labels], [w, model]]
  n: 3
modules:
  model: Sequential(Linear(1, 2), Tanh())
tensors:
  w: [2.0, -1]
  u: {value: 0.5, dtype: float64, redraw: {low: 1, high: 2.5}}
  v: {value: [1.0], redraw: false}
  model.0.weight: [[1.0], [2.0]]
  model.0.bias: [0.0, 0.0]
optimizers:
  optimizer: SGD(model.parameters(), lr=0.1, nesterov=False)
  other: Adam([w, u] + [v, model.0.bias], betas=[0.9, 0.99])
steps:
- zero: [w, model, optimizer]
  note: first
- let: {h: model(X), c: [1.0, w]}
- backward: {of: [sum(h), "sum(h*h)"], gradient: [1.0, 2], retain_graph: true, create_graph: true, inputs: [w, model.0.weight]}
  points: 2.5
  optional: true
- zero: {of: u, set_to_none: true}
- clip: {of: [w, model], max_norm: 1.5}
- clip: {of: model.parameters(), clip_value: 2}
- set: {w: w - 0.1*w.grad, w.grad: w.grad / 8}
- requires_grad: {w: false, model: true, model.0: false}
- retain_grad: h
- step: optimizer
- expect: {w: [1.0, 2.25], h.grad: null, n: 3, model.0.weight.grad: [[1e-4], [.inf]]}
- backward: w
  raises: does not require grad
returns: [w.grad, n]
none_is_zero: true
tolerance: {rtol: 1e-3}
cases: {hidden: 4}
limits: {seconds: 0.5}
points: 10
hints: [one, two]
explain: so
invisible:
- {operator: drop-zero, because: nothing is there yet}
"""


@pytest.fixture
def whole(exercise_of):
    return exercise_of(WHOLE, starter="starter", reference="reference")


def test_texts_for_people_are_kept(whole):
    assert (whole.id, whole.track, whole.slug, whole.order) == ("core/sample", "core", "sample", 1)
    assert (whole.title, whole.concept, whole.level, whole.kind) == ("A whole exercise", "everything", 4, "write")
    assert (whole.task, whole.hints, whole.explain) == ("Do it.", ("one", "two"), "so")
    assert (whole.starter, whole.reference) == ("starter", "reference")
    assert (whole.function, whole.parameters) == ("solve", ("w", "model", "optimizer", "batches"))


def test_settings_are_kept(whole):
    assert whole.none_is_zero is True
    assert whole.tolerance == Tolerance(0.001, None)
    assert (whole.hidden, whole.points) == (4, 10)
    assert whole.limits == Limits(0.5, 1024)
    assert whole.invisible == (Invisible("drop-zero", "nothing is there yet"),)
    assert [to_text(each) for each in whole.returns] == ["w.grad", "n"]
    assert whole.returns_where.text == "returns: [w.grad, n]"


def test_data_are_numbers_tensors_or_lists(whole):
    assert whole.setup.data == {
        "X": Data(((1.0,), (2.0,)), "float32"),
        "labels": Data((0, 1), "int64"),
        "batches": Data(names=(("X", "labels"), ("w", "model"))),
        "n": Data(3),
    }


def test_tensors_have_values_dtypes_and_ranges(whole):
    assert whole.setup.tensors["w"] == TensorSpec((2.0, -1))
    assert whole.setup.tensors["u"] == TensorSpec(0.5, "float64", (1, 2.5))
    assert whole.setup.tensors["v"] == TensorSpec((1.0,), redraw=False)
    assert whole.setup.tensors["model.0.bias"] == TensorSpec((0.0, 0.0))
    assert str(whole.setup.where["model.0.bias"]) == "exercise.yaml:20:3"


def test_modules_and_optimizers_are_constructors(whole):
    assert to_text(whole.setup.modules["model"]) == "Sequential(Linear(1, 2), Tanh())"
    assert to_text(whole.setup.optimizers["other"]) == "Adam([w, u] + [v, model[0].bias], betas=[0.9, 0.99])"
    assert whole.uses_optimizer


def test_every_verb_is_read(whole):
    assert [step.verb for step in whole.steps] == (
        "zero let backward zero clip clip set requires_grad retain_grad step look backward".split()
    )
    backward = whole.steps[2].action
    assert [to_text(each) for each in backward.of] == ["sum(h)", "sum(h * h)"]
    assert [to_text(each) for each in backward.gradient] == ["1.0", "2"]
    assert [to_text(each) for each in backward.inputs] == ["w", "model[0].weight"]
    assert (backward.retain_graph, backward.create_graph) == (True, True)
    assert (whole.steps[0].action.set_to_none, whole.steps[3].action.set_to_none) == (None, True)
    assert (whole.steps[4].action.max_norm, whole.steps[5].action.clip_value) == (1.5, 2)
    assert [(to_text(name), on) for name, on in whole.steps[7].action.of] == [("w", False), ("model", True), ("model[0]", False)]


def test_the_text_of_a_step_is_python_in_the_authors_words(whole):
    assert [step.text for step in whole.steps] == [
        "w.grad.zero_(); model.zero_grad(); optimizer.zero_grad()",
        "h = model(X); c = [1.0, w]",
        "torch.autograd.backward([sum(h), sum(h*h)], grad_tensors=[torch.tensor(1.0), torch.tensor(2)], retain_graph=True, "
        "create_graph=True, inputs=[w, model[0].weight])",
        "u.grad = None",
        "clip_grad_norm_([w, *model.parameters()], 1.5)",
        "clip_grad_value_(model.parameters(), 2.0)",
        "with torch.no_grad(): w -= 0.1*w.grad; w.grad /= 8",
        "w.requires_grad_(False); model.requires_grad_(True); model[0].requires_grad_(False)",
        "h.retain_grad()",
        "optimizer.step()",
        "w, h.grad, n, model.0.weight.grad",
        "w.backward()",
    ]


def test_modifiers_are_kept(whole):
    assert whole.steps[0].note == "first"
    assert (whole.steps[2].points, whole.steps[2].optional) == (2.5, True)
    assert (whole.steps[0].points, whole.steps[0].optional) == (1.0, False)
    assert whole.steps[11].raises == "does not require grad"


def test_expected_values_keep_their_type_and_their_decimals(whole):
    found = {each.text: (each.value, each.digits) for each in whole.steps[10].expect}
    assert found == {
        "w": ((1.0, 2.25), 2),
        "h.grad": (None, 0),
        "n": (3, 0),
        "model.0.weight.grad": (((0.0001,), (float("inf"),)), 4),
    }
    assert type(found["n"][0]) is int


@pytest.mark.parametrize(("written", "digits"), [("-1.3333", 4), ("2", 0), ("1.50", 2), ("1.25e-3", 5), ("1e3", 0), ("2.", 0)])
def test_decimals_are_counted_as_they_are_written(written, digits, sample, exercise_of):
    text = sample(steps=f"steps:\n- backward: x**2\n  expect: {{x.grad: [{written}]}}\n")
    assert exercise_of(text).steps[0].expect[0].digits == digits


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("zero: {of: optimizer, set_to_none: false}", "optimizer.zero_grad(set_to_none=False)"),
        ("zero: {of: x, set_to_none: false}", "x.grad.zero_()"),
        ("zero: [x, x]", "x.grad.zero_(); x.grad.zero_()"),
        ("backward: {of: x**2, gradient: [1.0, 0.5]}", "(x**2).backward(gradient=torch.tensor([1.0, 0.5]))"),
        ("backward: {of: x**2}", "(x**2).backward()"),
        ("backward: x", "x.backward()"),
        ("backward: (x - 1)", "(x - 1).backward()"),
        ("backward: ((x) - (x**2))", "((x) - (x**2)).backward()"),
        ("backward: -x", "(-x).backward()"),
        ("backward: mean(x)", "mean(x).backward()"),
        ("backward: 3", "(3).backward()"),
        ("backward: '[x, x**2]'", "torch.autograd.backward([x, x**2])"),
        ("backward: {of: [x]}", "x.backward()"),
        ("backward: {of: '[x, x**2]', inputs: x}", "torch.autograd.backward([x, x**2], inputs=x)"),
        ("backward: {of: x, inputs: [x, x]}", "x.backward(inputs=[x, x])"),
        ("set: {x: 0.5}", "with torch.no_grad(): x.fill_(0.5)"),
        ("set: {x: [0.5]}", "with torch.no_grad(): x.copy_(torch.tensor([0.5]))"),
        ("set: {x: x - (x.grad + 1)}", "with torch.no_grad(): x -= x.grad + 1"),
        ("set: {x: 1 - x}", "with torch.no_grad(): x.copy_(1 - x)"),
        (
            "set: {x: x.grad, x.grad: 2*x}",
            "with torch.no_grad(): new = [x.grad.clone(), (2*x).clone()]; x.copy_(new[0]); x.grad.copy_(new[1])",
        ),
        ("backward: |\n    x**2 +\n    x", "(x**2 + x).backward()"),
    ],
)
def test_other_forms_have_their_text(step, text, sample, exercise_of):
    extra = "optimizers: {optimizer: 'SGD([x])'}\n"
    assert exercise_of(sample(steps=f"steps:\n- {step}\n", extra=extra)).steps[0].text == text


def test_the_gradient_of_one_loss_is_one_value_even_as_a_list(sample, exercise_of):
    exercise = exercise_of(sample(steps="steps:\n- backward: {of: x**2, gradient: [1.0, -0.5]}\n"))
    (gradient,) = exercise.steps[0].action.gradient
    assert gradient.items == (Number(1.0), Negative(Number(0.5)))


def test_a_parameter_is_tied_by_name(sample, exercise_of):
    extra = "modules: {a: 'Linear(1, 1, bias=False)', b: 'Linear(1, 1, bias=False)'}\n"
    tensors = "tensors:\n  x: [1.0]\n  a.weight: [[1.0]]\n  b.weight: a.weight\n"
    exercise = exercise_of(sample(function="function: solve(x, a, b)\n", tensors=tensors, extra=extra))
    assert exercise.setup.tensors["b.weight"].tied_to == "a.weight"


PREDICT = {"head": "id: sample\ntitle: S\nkind: predict\n", "function": "function: predict()\n"}


def test_a_predict_exercise_has_no_hidden_cases_and_a_wider_tolerance(sample, exercise_of):
    exercise = exercise_of(sample(**PREDICT))
    assert (exercise.hidden, exercise.tolerance) == (0, Tolerance(1e-3))
    assert exercise_of(sample(**PREDICT, extra="tolerance: {rtol: 0.1}\n")).tolerance == Tolerance(0.1)
    assert exercise_of(sample()).hidden == 2


def test_names_that_code_binds_are_declared(sample, exercise_of):
    steps = """steps:
- code: |
    import math
    h = x**2
    def double(t): return 2*t
    h.retain_grad()
- backward: h
  expect: {h.grad: [1.0]}
"""
    exercise = exercise_of(sample(**PREDICT, steps=steps))
    assert exercise.steps[0].text == "import math"
    assert exercise.steps[0].action.source.startswith("import math\nh = x**2\n")


def test_a_leaf_can_be_rebound_and_stays_a_leaf(sample, exercise_of):
    exercise = exercise_of(sample(steps="steps:\n- let: {x: x - 1}\n- zero: x\n"))
    assert exercise.steps[1].text == "x.grad.zero_()"


def test_a_single_value_can_be_returned(sample, exercise_of):
    assert to_text(exercise_of(sample(extra="returns: x.grad\n")).returns) == "x.grad"


def test_a_module_can_be_in_a_list(sample, exercise_of):
    extra = "data: {models: [m]}\nmodules: {m: 'Linear(1, 1)'}\n"
    steps = "steps:\n- for: m_i\n  in: models\n  do:\n  - backward: m_i(x)\n  - zero: m_i\n"
    exercise = exercise_of(sample(function="function: solve(x, m)\n", steps=steps, extra=extra))
    assert to_text(exercise.steps[0].action.of[0]) == "models[0](x)"


TWO_MODULES = {
    "function": "function: solve(G, D, x)\n",
    "tensors": (
        'modules: {G: "Linear(1, 1, bias=False)", D: "Sequential(Linear(1, 1, bias=False), Linear(1, 1, bias=False))"}\n'
        "tensors:\n  x: [2.0]\n  G.weight: [[1.0]]\n  D.0.weight: [[2.0]]\n  D.1.weight: D.0.weight\n"
    ),
}


@pytest.mark.parametrize(
    ("names", "leaves"),
    {
        "[D, x]": {"D.0.weight", "x"},
        "D.1": {"D.0.weight"},
        "[D.1.weight]": {"D.0.weight"},
        "G.weight": {"G.weight"},
    }.items(),
)
def test_ignored_gradients_are_those_of_leaves(names, leaves, sample, exercise_of):
    assert exercise_of(sample(**TWO_MODULES, extra=f"ignore: {names}\n")).ignored == leaves


def test_a_step_ignores_gradients_from_there_on(sample, exercise_of):
    loop = "- for: i\n  in: range(2)\n  do:\n  - zero: G\n  - backward: x**3\n    ignore: D\n"
    steps = f"steps:\n- backward: x**2\n{loop}- zero: x\n  ignore: G\n"
    found = exercise_of(sample(**TWO_MODULES, steps=steps)).steps
    none, own = frozenset(), frozenset({"D.0.weight"})
    assert [step.ignored for step in found] == [none, none, own, own, own, own | {"G.weight"}]


@pytest.mark.parametrize(
    ("text", "is_number", "returned"),
    [
        ("x.grad", False, "x.grad"),
        ("{of: x.grad, as: number}", True, "x.grad"),
        ("{of: [x, x.grad], as: number}", True, ["x", "x.grad"]),
    ],
)
def test_a_returned_value_can_be_a_number(text, is_number, returned, sample, exercise_of):
    found = exercise_of(sample(extra=f"returns: {text}\n"))
    returns = [to_text(each) for each in found.returns] if isinstance(found.returns, tuple) else to_text(found.returns)
    assert (found.returns_number, returns) == (is_number, returned)
