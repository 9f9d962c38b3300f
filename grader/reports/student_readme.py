"""The README of the students' edition: how to start, the commands, and where everything is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from grader.records.exercise import Exercise
from grader.reports.values import counted

_README = """\
# Autograd exercises

Exercises about `.grad` in PyTorch. You write ordinary PyTorch. The grader watches every `backward()` and every reset of a
gradient, and shows the first call, with its line, after which a gradient is not what the exercise expects.

{tracks}

## Start

You need Python {python} or later, on Linux. In this folder:

```sh
python3 -m venv .venv && .venv/bin/pip install -r requirements.txt
.venv/bin/python -m grader watch
```

The first command installs PyTorch. (On a machine without a GPU, install PyTorch's much smaller CPU build into
`.venv` first: <https://pytorch.org/get-started/locally/>.) The second command shows the first exercise, and grades it
whenever you save your file. Begin with `solutions/{first}`. The top of the file says what to do.

## Other commands

| command | what it does |
|---|---|
| `.venv/bin/python -m grader` | grades everything in `solutions/` once |
| `.venv/bin/python -m grader list` | lists all exercises with their last results |
| `.venv/bin/python -m grader hint ID [N]` | shows the first hint, or hint N; each one says more than the one before |
| `.venv/bin/python -m grader reset ID` | restores the starter; your file is kept as `NAME.py.bak` |

## What is where

- `solutions/` has your files, one for each exercise.
- `exercises/` has the files that the grader reads. They contain the steps of each solution, so do not read them too early.
- `grader/` is the grader itself. It runs your files with your rights, as Python does.
"""


def student_readme(exercises: Sequence[Exercise], python: str) -> str:
    """`python` is the oldest version that the grader supports."""
    return _README.format(tracks="\n".join(_tracks(exercises)), python=python, first=exercises[0].solution_path)


def _tracks(exercises: Sequence[Exercise]) -> Iterator[str]:
    for track, each in groupby(exercises, key=lambda exercise: exercise.track):
        found = list(each)
        many = counted(len(found), "exercise")
        about = f", from *{found[0].title}* to *{found[-1].title}*" if len(found) > 1 else f", *{found[0].title}*"
        yield f"- `{track}`: {many}{about}"
