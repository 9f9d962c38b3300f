"""The first page of a student's edition: two commands, and where everything is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from grader.records.exercise import Exercise
from grader.reports import wording

_README = """\
# Autograd exercises

Exercises about `.grad` in PyTorch. You write ordinary PyTorch; the grader watches every `backward()` and every reset, and
says which call, on which line, left another gradient than the exercise asks for.

{tracks}

## Start

You need Python {python} or later, on Linux. In this folder:

```sh
python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
.venv/bin/python -m grader watch
```

The first command installs PyTorch, once. (On a machine without a GPU you may put PyTorch's much smaller CPU build into
`.venv` before: <https://pytorch.org/get-started/locally/>.) The second one shows the first exercise, and grades it whenever
you save your file. Begin with `solutions/{first}`; the top of the file says what to do.

## Other commands

| command | what it does |
|---|---|
| `.venv/bin/python -m grader` | grades everything in `solutions/` once |
| `.venv/bin/python -m grader list` | shows all exercises, and how each went last time |
| `.venv/bin/python -m grader hint ID` | the next hint in words, from vague to plain |
| `.venv/bin/python -m grader reset ID` | puts a starter back; your file is kept as `NAME.py.bak` |

## What is where

- `solutions/` is yours: one file for each exercise.
- `exercises/` is what the grader reads. The steps of an exercise stand there as a program, so to read them is to read ahead.
- `grader/` is the grader itself. It runs your files with your rights, as Python does.
"""


def student_readme(exercises: Sequence[Exercise], python: str) -> str:
    """`python` is the oldest version that will do."""
    return _README.format(tracks="\n".join(_tracks(exercises)), python=python, first=exercises[0].solution_path)


def _tracks(exercises: Sequence[Exercise]) -> Iterator[str]:
    for track, each in groupby(exercises, key=lambda exercise: exercise.track):
        found = list(each)
        many = wording.counted(len(found), "exercise")
        about = f", from *{found[0].title}* to *{found[-1].title}*" if len(found) > 1 else f", *{found[0].title}*"
        yield f"- `{track}`: {many}{about}"
