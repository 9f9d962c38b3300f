"""A new exercise to fill in: small, valid and right from the first moment, with TODO wherever its author has to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Kind

_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBERED = re.compile(r"(?P<number>[0-9]+)-(?P<slug>.+)")

_ABOUT = """\
# yaml-language-server: $schema=../../exercise.schema.json
id: {slug}
title: TODO a title of a few words
concept: TODO what is learnt, in one clause
level: 1  # from 1, easy, to 5, hard
kind: {kind}  # write; fix: the starter has a bug; predict: the student says what the steps leave
function: {function}  # {parameters}
task: |
  TODO what to do, in Markdown. It says everything that is graded, also whether a reset leaves `None` or 0.

"""
_DECLARATIONS = """\
# What there is before the first step. Other sections: `data` (numbers and tensors without a gradient, lists of names),
# `modules` (model: Linear(1, 1, bias=False)) and `optimizers` (optimizer: SGD(model.parameters(), lr=0.1)).
tensors:
  x: [3.0]  # a leaf; neither 0 nor 1, where powers are the same{redrawn}

"""
_STEPS = """\
# {steps} Verbs: backward, zero, step, clip, set, requires_grad, let, retain_grad, for{code}.
steps:
  - backward: x**2
    expect: {{x.grad: [6.0]}}  # your promise; `check` proves it
  - backward: x**3
    expect: {{x.grad: [33.0]}}  # no two backward calls add the same, or a missing one is not noticed
none_is_zero: false  # true: None may stand where 0 is expected, and 0 for None

"""
_TEXTS = """\
hints:
  - TODO a vague one, a question maybe
  - TODO a plainer one
  - TODO the plain answer
explain: |
  TODO the rule, for whoever has passed, and a link to PyTorch's documentation.

"""
_WRONG = """\
# Mistakes to be told apart by name. `instead` says what is done in the place of a step, by its number: null (nothing),
# a step, or a list of steps and numbers. The words of `misconception` are a closed list, which your editor knows.
wrong:
  - name: TODO empties x.grad between the two backward calls{bug}
    misconception: zero-too-early
    instead: {{2: [{{zero: x}}, 2]}}
  - name: TODO leaves the second backward out
    misconception: backward-missing
    instead: {{2: null}}

# If they are needed: tolerance: {{rtol: 1e-3}}, limits: {{seconds: 10}}, points: 5{more}, and
# invisible: [{{operator: a mutant that `check` cannot tell from the right steps, because: why that is fine}}]
"""
_TOP = '''\
"""TODO the title and the task, in short.

Then run `python -m grader {id}`.
"""


def solve(x):
'''
_REFERENCE = '"""TODO the title: a right solution."""\n\n\n'
_RIGHT = "    (x**2).backward()\n    (x**3).backward()\n"
_BUG = "    (x**2).backward()\n    x.grad.zero_()\n    (x**3).backward()\n"
_ANSWERS = "def predict():\n    return [6.0, 33.0]\n"


def check_name(name: str) -> tuple[str, str]:
    """Track and slug of `core/my-exercise`. Raises UsageError."""
    track, slash, slug = name.partition("/")
    if not slash:
        raise UsageError(f"`{name}` names no track: write core/{_as_word(name)}, for example.")
    if not (_WORD.fullmatch(track) and _WORD.fullmatch(slug)):
        fix = f"{_as_word(track)}/{_as_word(slug)}"
        raise UsageError(f"`{name}` cannot be an exercise's name: small letters, digits and single hyphens only, as in {fix}.")
    return track, slug


def new_folder(root: Path, track: str, slug: str) -> Path:
    """The folder for a new exercise, with the next number of its track. Raises UsageError if the exercise exists."""
    last = 0
    for number, other, folder in _numbered(root / track):
        if other == slug:
            raise UsageError(f"{track}/{slug} exists already, in {folder.as_posix()}. Choose another name.")
        last = max(last, number)
    return root / track / f"{last + 1:02}-{slug}"


def scaffold(track: str, slug: str, kind: Kind) -> Mapping[str, str]:
    """The texts of the exercise's files, by their names; the starter of a `predict` is printed from its steps instead."""
    predicts = kind == "predict"
    texts = {
        "exercise.yaml": _yaml(slug, kind),
        "reference.py": _REFERENCE + (_ANSWERS if predicts else f"def solve(x):\n{_RIGHT}"),
    }
    if not predicts:
        body = _BUG if kind == "fix" else "    # TODO: your calls here\n    pass\n"
        texts["starter.py"] = _TOP.format(id=f"{track}/{slug}") + body
    return texts


def _yaml(slug: str, kind: Kind) -> str:
    predicts = kind == "predict"
    return "".join(
        [
            _ABOUT.format(
                slug=slug,
                kind=kind,
                function="predict()" if predicts else "solve(x)",
                parameters="always this" if predicts else "its parameters are declared below",
            ),
            _DECLARATIONS.format(redrawn="" if predicts else "; hidden cases draw another number"),
            _STEPS.format(
                steps="The program, and with `expect` what is asked about." if predicts else "The right solution, call by call.",
                code=", code" if predicts else "",
            ),
            _TEXTS,
            _WRONG.format(
                bug="  # the starter's bug must be one of these" if kind == "fix" else "",
                more="" if predicts else ", cases: {hidden: 5}, returns: x",
            ),
        ]
    )


def _numbered(track: Path) -> Iterator[tuple[int, str, Path]]:
    for folder in sorted(track.iterdir()) if track.is_dir() else ():
        found = _NUMBERED.fullmatch(folder.name)
        if found is not None and folder.is_dir():
            yield int(found["number"]), found["slug"], folder


def _as_word(text: str) -> str:
    """The nearest text that may be a name."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "my-exercise"
