"""The program in a `predict` starter does what the steps do, and has a mark where they have `expect`."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from grader.assess.cases import visible_case
from grader.diagnosis.as_python.expressions import Spelling
from grader.diagnosis.as_python.program import predict_program, predict_starter
from grader.expressions.parse import parse
from grader.library import load_exercises
from grader.marking.predict import is_same_answer
from grader.protocol.jobs import ReferenceJob, program
from grader.records.trace import TensorValue

EXERCISES = load_exercises(Path(__file__).parents[2] / "exercises")
PREDICT = [exercise for exercise in EXERCISES if exercise.kind == "predict"]
MARK = re.compile(r"^(?:.*  )?# \d+\n", re.MULTILINE)
EVERYTHING = """\
id: it
title: It
kind: predict
function: predict()
data:
  X1: [[1.0, 2.0]]
  ids: [0, 1]
  target: [[3.0]]
  n: 2
  pairs: [all, [X1, n]]
  all: [X1, X1]
modules:
  model: Sequential(Linear(2, 1, bias=False), Linear(1, 1))
  twin: Linear(2, 1, bias=False)
tensors:
  x: {value: [3], dtype: float64}
  one: 2
  twin.weight: model.0.weight
  model.0.weight: [[1, 2]]
  model.1.weight: [[3.0]]
  model.1.bias: [4.0]
optimizers:
  optimizer: SGD(model.parameters(), lr=0.1)
steps:
  - expect: {x.grad: null}
  - backward: mse_loss(model(X1), target) + sum(x)
    expect: {model.0.weight.grad: "?", x.grad: "?"}
  - zero: one
  - for: X
    in: all
    do:
      - backward: sum(twin(X)) * n
        expect: {twin.weight.grad: "?"}
  - code: |
      def loss(t):
          return t.sum()

      print(end="")
  - backward: loss(x)
  - step: optimizer
    expect: {x: "?"}
  - backward: 2 * target
    raises: does not require grad
none_is_zero: false
"""


@pytest.fixture
def everything(tmp_path):
    def load(text=EVERYTHING):
        folder = tmp_path / "exercises" / "core" / "01-it"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "exercise.yaml").write_text(text, encoding="utf-8")
        (exercise,) = load_exercises(tmp_path / "exercises")
        return exercise

    return load


def chunks(text):
    """The program in pieces, each up to the next mark."""
    ends = [found.end() for found in MARK.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def as_value(seen):
    if not isinstance(seen, torch.Tensor):
        return seen
    plain = seen.detach().to_dense() if seen.is_sparse else seen.detach()
    return TensorValue(tuple(plain.shape), str(plain.dtype).removeprefix("torch."), "cpu", tuple(plain.flatten().tolist()))


def answers(engine, exercise):
    """What the steps leave, up to the one that raises."""
    limits = replace(exercise.limits, seconds=20.0)
    (run,) = engine.run_reference(ReferenceJob((program(exercise, exercise.steps, visible_case(exercise)),), limits, True))
    return run.steps


def check_program(engine, exercise):
    """Run the printed program piece by piece, and compare the values at each mark with the reference run."""
    names = {}
    expected = [(step, done) for step, done in zip(exercise.steps, answers(engine, exercise), strict=True) if step.expect]
    pieces = chunks(predict_program(exercise))
    for piece, (step, done) in zip(pieces, expected, strict=False):
        exec(compile(piece, "<program>", "exec"), names)
        for each, value in zip(step.expect, done.values, strict=True):
            seen = as_value(eval(Spelling().text(parse(each.text)), names))
            assert is_same_answer(seen, value), (each.text, seen, value)
    return names, pieces[len(expected) :]


@pytest.mark.parametrize("exercise", PREDICT, ids=lambda exercise: exercise.id)
def test_a_program_of_the_course_leaves_what_the_steps_leave(exercise, engine):
    _, rest = check_program(engine, exercise)
    assert rest == []


def test_a_program_declares_whatever_can_be_declared(everything, engine):
    names, (last,) = check_program(engine, everything())
    assert names["twin"].weight is names["model"][0].weight
    assert (names["x"].dtype, names["ids"].dtype, names["n"]) == (torch.float64, torch.int64, 2)
    assert names["pairs"][0] == names["all"]
    with pytest.raises(RuntimeError, match="does not require grad"):
        exec(last, names)


def test_the_starter_is_python_with_a_place_for_each_answer(everything):
    names = {}
    exec(predict_starter(everything()), names)
    assert names["predict"]() == [
        {"x.grad": ...},
        {"model.0.weight.grad": ..., "x.grad": ...},
        {"twin.weight.grad": ...},
        {"twin.weight.grad": ...},
        {"x": ...},
        ...,
    ]
    assert "python -m grader core/it" in names["__doc__"]


def test_an_exercise_about_one_name_has_answers_without_names(course):
    assert (
        predict_starter(course["core/the-first-gradient"])
        == '''\
"""The first gradient.

Read this program. Do not run it yet.

    import torch

    x = torch.tensor([3.0], requires_grad=True)

    y = x**2  # 1
    y.backward()  # 2

Put an answer in the place of each `...` below: what the line with that number leaves. Write a number for a tensor with one
number in it, nested lists for a larger one, None where there is no tensor, and the exception's class for a line that raises.

Then run `python -m grader core/the-first-gradient`.
"""


def predict():
    return [
        ...,  # 1
        ...,  # 2
    ]
'''
    )


def test_code_with_quotes_and_backslashes_does_not_end_the_docstring(everything):
    code = '  - code: |\n      words = """a\\tb"""\n  - expect: {x.grad: null}\n'
    names = {}
    exec(
        predict_starter(
            everything(EVERYTHING.partition("data:")[0] + f"tensors: {{x: [1.0]}}\nsteps:\n{code}none_is_zero: false\n")
        ),
        names,
    )
    assert "words = '''a\\tb'''" in names["__doc__"]
