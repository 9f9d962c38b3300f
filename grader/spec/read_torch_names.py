"""Reads `uses` and `forbids`. Whether torch has these names is known only when the exercise is prepared."""

from __future__ import annotations

from typing import Literal

from grader.records.exercise import TorchName
from grader.spec.file import ExerciseInFile
from grader.spec.problems import Problems


def read_torch_names(problems: Problems, form: ExerciseInFile, key: Literal["uses", "forbids"]) -> tuple[TorchName, ...]:
    """The names under this key, each with its place."""
    names: list[str] = getattr(form, key)
    if form.kind == "predict" and names:
        problems.add((key,), f"a `predict` exercise cannot have `{key}`.", "remove it: predict() needs no torch", key=True)
    for index, name in enumerate(names):
        if name in names[:index]:
            problems.add((key, index), f"`{name}` is repeated in `{key}`.", "remove one of them")
        elif key == "forbids" and name in form.uses:
            problems.add((key, index), f"`{name}` is in `uses` and in `forbids`.", "remove one of them")
    return tuple(TorchName(name, problems.source.where((key, index))) for index, name in enumerate(names))
