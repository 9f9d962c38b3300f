"""Steps printed as Python do what the steps do: read by eye for each verb, and graded for real for each exercise."""

import textwrap
from dataclasses import replace

import pytest
from helpers.python_source import predict_source, python_source

from grader.library import load_exercises
from grader.records.trace import ExceptionClass, Opaque, TensorValue

HEAD = "id: it\ntitle: It\nkind: write\nnone_is_zero: false\ntask: Do it.\nexplain: Done.\n"
TWO = "function: solve(a, b)\ntensors:\n  a: [1.0]\n  b: [2.0]\n"
MODEL = """\
function: solve(model, X)
data:
  X: [[1.0, 2.0]]
modules:
  model: Sequential(Linear(2, 1, bias=False), Linear(1, 1))
tensors:
  model.0.weight: [[1.0, 2.0]]
  model.1.weight: [[3.0]]
  model.1.bias: [4.0]
"""
LISTS = """\
function: solve(w, batches)
data:
  X1: [1.0, 2.0]
  X2: [3.0]
  unseen: [5, 6]
  rate: 0.5
  own: [X1, unseen]
  batches: [[X1], [X2]]
tensors:
  w: [1.0]
"""


@pytest.fixture
def load(tmp_path):
    """An exercise from the sections and the steps of a file."""

    def load(sections, *steps, more=""):
        folder = tmp_path / "exercises" / "core" / "01-it"
        folder.mkdir(parents=True)
        written = "".join(f"  - {step}\n" for step in steps)
        (folder / "exercise.yaml").write_text(f"{HEAD}{sections}{more}steps:\n{written}", encoding="utf-8")
        (exercise,) = load_exercises(tmp_path / "exercises")
        return exercise

    return load


def body(exercise):
    """The lines of the printed function."""
    _, _, lines = python_source(exercise, exercise.steps).partition("):\n")
    return textwrap.dedent(lines).splitlines()


def test_right_steps_printed_as_python_pass(each_exercise, student_source, grade_source):
    own_data = replace(each_exercise, variants=(), wrong=())  # printed loops are unrolled
    result = grade_source(own_data, student_source(each_exercise, each_exercise.steps))
    assert (result.verdict, result.summary) == ("passed", result.summary)


def test_a_mistake_printed_as_python_does_not_pass(each_mistake, student_source, grade_source):
    exercise, wrong = each_mistake
    result = grade_source(exercise, student_source(exercise, wrong.steps))
    assert result.verdict in ("failed", "error"), result.summary


def test_a_module_reads_like_a_students(course):
    exercise = course["core/micro-batches-with-a-mean-loss"]
    assert python_source(exercise, exercise.steps) == textwrap.dedent("""\
        import torch
        import torch.nn.functional as F


        def solve(model, optimizer, batches):
            optimizer.zero_grad()
            loss = F.mse_loss(model(batches[0][0]), batches[0][1]) / len(batches)
            loss.backward()
            loss = F.mse_loss(model(batches[1][0]), batches[1][1]) / len(batches)
            loss.backward()
            optimizer.step()
        """)


PRINTED = {
    "a loss that is a name has its backward at once": (
        TWO,
        ["let: {h: a*b}", "retain_grad: h", "backward: {of: h, retain_graph: true, create_graph: true}", "backward: h"],
        ["h = a * b", "h.retain_grad()", "h.backward(retain_graph=True, create_graph=True)", "h.backward()"],
    ),
    "a name of the exercise is not hidden": (
        TWO,
        ["let: {loss: a*b}", "backward: {of: 2*loss, retain_graph: true}", "backward: loss"],
        ["loss = a * b", "loss_ = 2 * loss", "loss_.backward(retain_graph=True)", "loss.backward()"],
    ),
    "several losses have one backward": (
        TWO,
        ["backward: {of: [a**2, a*b], inputs: [a, b]}"],
        ["losses = [a**2, a * b]", "torch.autograd.backward(losses, inputs=[a, b])"],
    ),
    "several losses have a seed each": (
        TWO,
        ["backward: {of: [a**2, a*b], gradient: [[2.0], [3]]}"],
        [
            "losses = [a**2, a * b]",
            "torch.autograd.backward(losses, grad_tensors=[torch.tensor([2.0]), torch.tensor([3], dtype=losses[1].dtype)])",
        ],
    ),
    "a seed is a tensor of the loss's dtype": (
        "function: solve(a)\ntensors:\n  a: {value: [1.0], dtype: float64}\n",
        ["backward: {of: a**2, gradient: [0.1]}"],
        ["loss = a**2", "loss.backward(gradient=torch.tensor([0.1], dtype=loss.dtype))"],
    ),
    "a seed that is a tensor stays as it is": (
        TWO,
        ["backward: {of: a*b, gradient: detach(a)}"],
        ["loss = a * b", "loss.backward(gradient=a.detach())"],
    ),
    "tensors are zeroed where they have a gradient": (
        TWO,
        ["backward: a", "zero: [a, b]", "zero: {of: b, set_to_none: true}"],
        [
            "a.backward()",
            "if a.grad is not None:",
            "    a.grad.zero_()",
            "if b.grad is not None:",
            "    b.grad.zero_()",
            "b.grad = None",
        ],
    ),
    "modules, layers and parameters are zeroed and clipped in their own ways": (
        MODEL,
        [
            "backward: model(X)",
            "zero: {of: model, set_to_none: false}",
            "zero: [model.1, model.0.weight]",
            "backward: sum(model(X))",
            "clip: {of: model, max_norm: 1.0}",
            "clip: {of: [model.0, model.1.bias], clip_value: 0.5}",
        ],
        [
            "loss = model(X)",
            "loss.backward()",
            "model.zero_grad(set_to_none=False)",
            "model[1].zero_grad()",
            "if model[0].weight.grad is not None:",
            "    model[0].weight.grad.zero_()",
            "loss = model(X).sum()",
            "loss.backward()",
            "torch.nn.utils.clip_grad_norm_([*model.parameters()], max_norm=1.0)",
            "torch.nn.utils.clip_grad_value_([*model[0].parameters(), model[1].bias], clip_value=0.5)",
        ],
    ),
    "gradients go into the parameters that are named": (
        MODEL,
        ["backward: {of: model(X), inputs: [model.1.weight]}", "backward: {of: model(X), inputs: model.parameters()}"],
        [
            "loss = model(X)",
            "loss.backward(inputs=[model[1].weight])",
            "loss = model(X)",
            "loss.backward(inputs=[*model.parameters()])",
        ],
    ),
    "an optimizer that is not given is built": (
        TWO + "optimizers:\n  wand: SGD([a, b], lr=0.1)\n  idle: SGD([a], lr=0.1)\n",
        ["backward: a*b", "step: wand", "zero: {of: wand, set_to_none: false}", "requires_grad: {b: false}"],
        [
            "wand = torch.optim.SGD([a, b], lr=0.1)",
            "loss = a * b",
            "loss.backward()",
            "wand.step()",
            "wand.zero_grad(set_to_none=False)",
            "b.requires_grad_(False)",
        ],
    ),
    "one value is written in place": (
        TWO,
        ["backward: a*b", "set: {a: a - 0.1*a.grad}", "set: {a.grad: a.grad / 2}", "set: {b: 3}", "set: {b: [0.5]}"],
        [
            "loss = a * b",
            "loss.backward()",
            "with torch.no_grad():",
            "    a.copy_(a - 0.1 * a.grad)",
            "with torch.no_grad():",
            "    a.grad.copy_(a.grad / 2)",
            "with torch.no_grad():",
            "    b.fill_(3)",
            "with torch.no_grad():",
            "    b.copy_(torch.tensor([0.5]))",
        ],
    ),
    "of several values all are read before one is written": (
        TWO,
        ["set: {a: b, b: a + 1}", "backward: a*b"],
        [
            "with torch.no_grad():",
            "    new_a = b.clone()",
            "    new_b = a + 1",
            "    a.copy_(new_a)",
            "    b.copy_(new_b)",
            "loss = a * b",
            "loss.backward()",
        ],
    ),
    "a gradient that may be None is made": (
        TWO,
        ["set: {a.grad: 2*b}", "set: {b.grad: 1.0}", "backward: a*b"],
        [
            "with torch.no_grad():",
            "    new_a_grad = 2 * b",
            "    if a.grad is None:",
            "        a.grad = new_a_grad.expand_as(a).clone()",
            "    else:",
            "        a.grad.copy_(new_a_grad)",
            "with torch.no_grad():",
            "    new_b_grad = 1.0",
            "    if b.grad is None:",
            "        b.grad = torch.full_like(b, new_b_grad)",
            "    else:",
            "        b.grad.fill_(new_b_grad)",
            "loss = a * b",
            "loss.backward()",
        ],
    ),
    "functions have PyTorch's names": (
        TWO,
        [
            "let: {p: 'cat([a, b], 0)', q: 'clone(a - b)', s: 'sum(input=a*b, dim=0)'}",
            "let: {g: 'grad(a*b, a, create_graph=True)', both: 'grad(a*b, [a, b])', n: len(sequence=p)}",
            "backward: mean(mse_loss(p, relu(p)) + q * s * g * both[1]) / n",
        ],
        [
            "p = torch.cat([a, b], dim=0)",
            "q = (a - b).clone()",
            "s = (a * b).sum(dim=0)",
            "g = torch.autograd.grad(a * b, a, create_graph=True)[0]",
            "both = torch.autograd.grad(a * b, [a, b])",
            "n = len(p)",
            "loss = (F.mse_loss(p, torch.relu(p)) + q * s * g * both[1]).mean() / n",
            "loss.backward()",
        ],
    ),
    "data that is not given is taken from what is, or written down": (
        LISTS,
        ["backward: sum(w*X2) * rate + sum(w*unseen) + sum(own[0]*w) * len(batches)"],
        [
            "X2 = batches[1][0]",
            "unseen = torch.tensor([5, 6], dtype=torch.int64)",
            "rate = 0.5",
            "own = [torch.tensor([1.0, 2.0]), torch.tensor([5, 6], dtype=torch.int64)]",
            "loss = (w * X2).sum() * rate + (w * unseen).sum() + (own[0] * w).sum() * len(batches)",
            "loss.backward()",
        ],
    ),
}


@pytest.mark.parametrize(("sections", "steps", "lines"), PRINTED.values(), ids=PRINTED)
def test_steps_are_printed_and_pass(sections, steps, lines, load, grade_source):
    exercise = load(sections, *steps)
    assert body(exercise) == lines
    result = grade_source(exercise, python_source(exercise, exercise.steps))
    assert (result.verdict, result.summary) == ("passed", result.summary)


@pytest.mark.parametrize(
    ("returns", "line"), [("g", "return g"), ("[g, 2*a]", "return [g, 2 * a]")], ids=["one value", "a list of values"]
)
def test_the_expected_value_is_returned(returns, line, load, grade_source):
    exercise = load(TWO, "let: {g: 'grad(a*b, a)'}", more=f"returns: {returns}\n")
    assert body(exercise)[-1] == line
    assert grade_source(exercise, python_source(exercise, exercise.steps)).verdict == "passed"


def test_what_the_steps_never_make_is_not_returned(load):
    exercise = load(TWO, "let: {g: 'grad(a*b, a)'}", more="returns: g\n")
    assert "return" not in python_source(exercise, ())


def test_no_steps_are_a_function_that_does_nothing(load):
    exercise = load(TWO, "backward: a*b")
    assert python_source(exercise, ()) == "import torch\n\n\ndef solve(a, b):\n    pass\n"


def test_a_parameter_named_as_the_functional_module_is_not_hidden(load, grade_source):
    exercise = load("function: solve(F)\ntensors:\n  F: [1.0]\n", "backward: mse_loss(F, 2*F)")
    source = python_source(exercise, exercise.steps)
    assert "loss = torch.nn.functional.mse_loss(F, 2 * F)" in source
    assert "import torch.nn.functional as F" not in source
    assert grade_source(exercise, source).verdict == "passed"


def test_code_cannot_be_printed(course):
    exercise = course["core/hooks-before-and-after"]
    with pytest.raises(ValueError, match="a `code` step cannot be written as a call of the student's function"):
        python_source(exercise, exercise.steps[:1])


def test_a_leaf_that_is_not_given_cannot_be_reached(load):
    exercise = load(TWO.replace("a, b", "a"), "backward: a*b")
    with pytest.raises(ValueError, match="`b` is no parameter of `solve`: steps that need it cannot be written"):
        python_source(exercise, exercise.steps)


def tensor(*numbers, shape=None):
    return TensorValue((len(numbers),) if shape is None else shape, "float32", "cpu", numbers)


def test_answers_to_several_names_are_dicts(course):
    exercise = course["core/unused-is-none-flat-is-0"]
    answers = [(tensor(4.0), None), (tensor(0.800000011920929, 1.0, shape=(1, 2)), tensor(float("nan"), shape=()))]
    assert predict_source(exercise, answers) == textwrap.dedent("""\
        def predict():
            return [
                {"x.grad": [4.0], "u.grad": None},
                {"x.grad": [[0.8, 1.0]], "u.grad": float("nan")},
            ]
        """)


def test_answers_to_one_name_are_bare_values(course):
    answers = [({"a": 1, "b": (True, 2.5, "word")},), ExceptionClass("RuntimeError")]
    assert predict_source(course["core/the-first-gradient"], answers) == textwrap.dedent("""\
        def predict():
            return [
                {"a": 1, "b": [True, 2.5, "word"]},
                RuntimeError,
            ]
        """)


def test_a_value_that_no_student_could_write_is_refused(course):
    with pytest.raises(ValueError, match=r"Opaque\(type='Generator'\) cannot be written as an answer"):
        predict_source(course["core/the-first-gradient"], [(Opaque("Generator"),)])
