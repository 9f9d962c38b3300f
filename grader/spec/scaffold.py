"""The files of a new exercise: a small, valid and right example, with TODO wherever its author has to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.records.exercise import Kind
from grader.spec.file import SLUG
from grader.spec.load import NUMBERED

_ABOUT = """\
# yaml-language-server: $schema=../../exercise.schema.json
id: {slug}
title: TODO a title of a few words
concept: TODO what students learn, in a few words
level: 1  # from 1 (easy) to 5 (hard)
kind: {kind}  # write: the student writes the calls; fix: the starter has a bug; predict: the student returns values
function: {function}  # {parameters}
task: |
  TODO what to do, in Markdown. Say everything that is graded, also whether a reset must leave `None` or 0.

"""
_DECLARATIONS = """\
# What exists before the first step. Other sections: `data` (numbers, tensors without a gradient, lists of names),
# `modules` (model: Linear(1, 1, bias=False)) and `optimizers` (optimizer: SGD(model.parameters(), lr=0.1)).
tensors:
  x: [3.0]  # a leaf; avoid 0 and 1, for which all powers are equal{redrawn}

"""
_STEPS = """\
# {steps} Verbs: backward, zero, step, clip, set, requires_grad, let, retain_grad, for{code}.
steps:
  - backward: x**2
    expect: {{x.grad: [6.0]}}  # your promise; `check` verifies it
  - backward: x**3
    expect: {{x.grad: [33.0]}}  # each backward must add another value, or the grader cannot see which one is missing
none_is_zero: false  # true: None and a gradient of zeros count as equal

"""
_TEXTS = """\
hints:
  - TODO a vague hint, perhaps a question
  - TODO a clearer hint
  - TODO the answer
explain: |
  TODO the rule behind the exercise, shown after it has passed, and a link to PyTorch's documentation.

"""
_WRONG = """\
# Mistakes that the grader must recognise. `instead` replaces steps by their number: with null (nothing), a step, or a list
# of steps and numbers. `misconception` is one of a fixed list of words, which your editor knows from the schema.
wrong:
  - name: TODO resets x.grad between the two backward calls{bug}
    misconception: zero-too-early
    instead: {{2: [{{zero: x}}, 2]}}
  - name: TODO leaves the second backward out
    misconception: backward-missing
    instead: {{2: null}}

# Optional: tolerance: {{rtol: 1e-3}}, limits: {{seconds: 10}}, points: 5{more}, and
# invisible: [{{operator: a mutant that `check` cannot distinguish from the right steps, because: why that is acceptable}}]
"""
_TOP = '''\
"""TODO the title, and the task in short.

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
        raise UsageError(f"`{name}` has no track. Write for example core/{_as_word(name)}.")
    if not (re.fullmatch(SLUG, track) and re.fullmatch(SLUG, slug)):
        fix = f"{_as_word(track)}/{_as_word(slug)}"
        raise UsageError(
            f"`{name}` is not a valid name for an exercise. Use lowercase letters, digits and single hyphens, as in {fix}."
        )
    return track, slug


def new_folder(root: Path, track: str, slug: str) -> Path:
    """The folder for a new exercise, with the next number of its track. Raises UsageError if the exercise exists."""
    last = 0
    for number, other, folder in _numbered(root / track):
        if other == slug:
            raise UsageError(f"{track}/{slug} already exists in {folder.as_posix()}. Choose another name.")
        last = max(last, number)
    return root / track / f"{last + 1:02}-{slug}"


def scaffold(track: str, slug: str, kind: Kind) -> Mapping[str, str]:
    """The texts of the files by their names. The starter of a `predict` is missing: it is made from the steps."""
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
                steps="The program; the student predicts what `expect` has." if predicts else "The right solution, call by call.",
                code=", code" if predicts else "",
            ),
            _TEXTS,
            _WRONG.format(
                bug="  # one of these must be the starter's bug" if kind == "fix" else "",
                more="" if predicts else ", cases: {hidden: 5}, returns: x",
            ),
        ]
    )


def _numbered(track: Path) -> Iterator[tuple[int, str, Path]]:
    for folder in sorted(track.iterdir()) if track.is_dir() else ():
        found = NUMBERED.fullmatch(folder.name)
        if found is not None and folder.is_dir():
            yield int(found["order"]), found["slug"], folder


def _as_word(text: str) -> str:
    """The most similar valid name."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())) or "my-exercise"
