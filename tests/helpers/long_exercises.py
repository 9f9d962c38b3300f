"""Exercises of any length, and students who solve them rightly, wrongly in every pass, wrongly once, or hopelessly.

The learning rates are small: a loop that has converged changes nothing any more, and its steps may be left out.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.assess import assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.engines import Engine
from grader.library import load_exercises
from grader.records.exercise import Exercise
from grader.records.submission import SolutionFile, Submission
from grader.reports.results import describe

_FILE = """\
id: long
title: A long one
concept: length
level: 1
kind: write
none_is_zero: true
function: {function}
task: It is long.
{setup}
steps:
{steps}
limits: {{seconds: 120, memory_mb: 4000}}
hints: [one, two, three]
explain: It was long.
wrong:
  - {{name: never resets, misconception: zero-skipped, instead: {{1: null}}}}
"""
_HOPELESS = ["random = Random(epoch)", "for _ in range(3):", "    kind = random.randrange(4)"]

Students = Mapping[str, str]


def training_loop(passes: int) -> tuple[str, Students]:
    """zero_grad, backward and step, so many times: three calls in each pass."""
    steps = f"""\
  - for: epoch
    in: range({passes})
    do:
      - zero: optimizer
      - backward: (w - 3)**2 + (w * v)**2
      - step: optimizer
"""
    setup = "tensors: {w: [1.0], v: [0.5]}\noptimizers: {optimizer: 'SGD([w, v], lr=0.0003)'}"
    zero, loss, backward, step = (
        "optimizer.zero_grad()",
        "loss = (w - 3) ** 2 + (w * v) ** 2",
        "loss.backward()",
        "optimizer.step()",
    )
    bodies = {
        "right": [zero, loss, backward, step],
        "wrong in every pass": [loss, backward, step],
        "another loss": [zero, loss.replace("** 2 +", "** 2 / 2 +"), backward, step],
        "wrong in one pass": [f"if epoch != {passes // 2}:", f"    {zero}", loss, backward, step],
        "hopeless": [
            *_HOPELESS,
            f"    if kind == 0: {zero}",
            f"    elif kind == 1: {step}",
            "    else: ((w - kind) ** 2 * random.random() + v * v).backward()",
        ],
    }
    return _exercise("solve(w, v, optimizer)", setup, steps), _students("w, v, optimizer", passes, bodies)


def manual_loop(passes: int) -> tuple[str, Students]:
    """A loop that changes the values by hand: what its calls leave on wrong values has to be replayed."""
    steps = f"""\
  - for: epoch
    in: range({passes})
    do:
      - backward: (w - 3)**2 + (w * v)**2
      - set: {{w: w - 0.0003*w.grad, v: v - 0.0003*v.grad}}
      - zero: [w, v]
"""
    loss, backward = "loss = (w - 3) ** 2 + (w * v) ** 2", "loss.backward()"
    update = ["with torch.no_grad():", "    w -= 0.0003 * w.grad", "    v -= 0.0003 * v.grad"]
    zero = ["w.grad.zero_()", "v.grad.zero_()"]
    bodies = {
        "right": [loss, backward, *update, *zero],
        "wrong in every pass": [loss, backward, *update],
        "another loss": [loss.replace("** 2 +", "** 2 / 2 +"), backward, *update, *zero],
        "hopeless": [
            *_HOPELESS,
            "    if kind == 0: w.grad = None",
            "    elif kind == 1:",
            "        with torch.no_grad(): v.mul_(0.9 + 0.1 * random.random())",
            "    else: ((w - kind) ** 2 * random.random() + v * v).backward()",
        ],
    }
    return _exercise("solve(w, v)", "tensors: {w: [1.0], v: [0.5]}", steps), _students("w, v", passes, bodies)


def many_leaves(leaves: int) -> tuple[str, Students]:
    """Three passes over so many leaves of one number."""
    names = [f"p{place}" for place in range(leaves)]
    lets, total = _sum_of([f"{name}*{name}" for name in names])
    steps = f"""\
  - for: epoch
    in: range(3)
    do:
      - zero: [{", ".join(names)}]
{"".join(f"      - let: {{{let}}}{chr(10)}" for let in lets)}      - backward: {total}
      - set: {{{", ".join(f"{name}: {name} - 0.0003*{name}.grad" for name in names)}}}
"""
    setup = "tensors:\n" + "".join(f"  {name}: [{1 + place % 7}.5]\n" for place, name in enumerate(names))
    zero, loss, backward = "for p in ps: p.grad = None", "loss = sum(p * p for p in ps)", "loss.backward()"
    update = ["with torch.no_grad():", "    for p in ps: p -= 0.0003 * p.grad"]
    bodies = {
        "right": [zero, loss, backward, *update],
        "wrong in every pass": [loss, backward, *update],
        "another loss": [zero, "loss = sum(p * p / 2 for p in ps)", backward, *update],
        "hopeless": ["for p in ps: (p * p / 2).backward()", "for p in ps[::2]: p.grad = torch.ones(1)", *update, *update],
    }
    bodies = {name: [f"ps = [{', '.join(names)}]", *body] for name, body in bodies.items()}
    return _exercise(f"solve({', '.join(names)})", setup, steps), _students(", ".join(names), 3, bodies)


def many_numbers(numbers: int) -> tuple[str, Students]:
    """Six passes over one leaf of so many numbers."""
    steps = """\
  - for: epoch
    in: range(6)
    do:
      - zero: optimizer
      - backward: sum((w - 3)**2)
      - step: optimizer
"""
    setup = f"tensors:\n  w: [{', '.join(f'{1 + place % 5}.5' for place in range(numbers))}]\n"
    setup += "optimizers: {optimizer: 'SGD([w], lr=0.0003)'}"
    zero, loss, backward, step = "optimizer.zero_grad()", "loss = ((w - 3) ** 2).sum()", "loss.backward()", "optimizer.step()"
    bodies = {
        "right": [zero, loss, backward, step],
        "wrong in every pass": [loss, backward, step],
        "another loss": [zero, loss.replace("sum", "mean"), backward, step],
        "hopeless": [loss, backward, zero, "(w ** 3).sum().backward()", step, "(w ** 4).mean().backward()"],
    }
    return _exercise("solve(w, optimizer)", setup, steps), _students("w, optimizer", 6, bodies)


SHAPES: Mapping[str, Callable[[int], tuple[str, Students]]] = {
    "calls": training_loop,
    "replayed calls": manual_loop,
    "leaves": many_leaves,
    "numbers": many_numbers,
}


def load_long_exercise(shape: str, size: int, folder: Path) -> tuple[Exercise, Students]:
    """The exercise of this shape and size, written into an empty folder, and the solutions of its students."""
    text, students = SHAPES[shape](size)
    home = folder / "exercises" / "core" / "01-long"
    home.mkdir(parents=True)
    (home / "exercise.yaml").write_text(text, encoding="utf-8")
    (exercise,) = load_exercises(folder / "exercises")
    return exercise, students


def ready_to_grade(exercise: Exercise, source: str, engine: Engine, settings: Settings) -> Callable[[], None]:
    """A function that grades one submission with this solution. The exercise is prepared: a class does that once."""
    session = GradingSession(engine, settings)
    session.prepare([exercise])
    submission = Submission("student", {exercise.id: SolutionFile(exercise.solution_path, source)})

    def grade() -> None:
        for assessed in assess_submission([exercise], submission, session):
            describe(assessed)

    return grade


def _exercise(function: str, setup: str, steps: str) -> str:
    return _FILE.format(function=function, setup=setup, steps=steps)


def _students(parameters: str, passes: int, bodies: Mapping[str, Sequence[str]]) -> Students:
    head = f"import torch\nfrom random import Random\n\ndef solve({parameters}):\n    for epoch in range({passes}):\n"
    return {name: head + "".join(f"        {line}\n" for line in body) for name, body in bodies.items()}


def _sum_of(terms: Sequence[str], width: int = 25) -> tuple[list[str], str]:
    """`let` bindings that add the terms in short expressions, and the name of the total."""
    lets: list[str] = []
    while len(terms) > 1:
        names = [f"s{len(lets) + place}" for place in range(-(-len(terms) // width))]
        lets += [f"{name}: {' + '.join(terms[place * width : (place + 1) * width])}" for place, name in enumerate(names)]
        terms = names
    return lets, terms[0]
