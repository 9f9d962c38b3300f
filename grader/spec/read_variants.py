"""Reads `variants`: the exercise with other data, whose loops are unrolled anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.errors import Problem
from grader.expressions.tree import Span
from grader.records.exercise import Exercise
from grader.spec.file import ExerciseInFile, TensorInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems
from grader.spec.read_ignored import IgnoredReader
from grader.spec.read_wrong import read_wrong
from grader.spec.rules import check_raises
from grader.spec.scope import KIND_NAMES, Scope
from grader.spec.setup import read_setup
from grader.spec.unroll import unroll
from grader.spec.written import WrittenItem

_KINDS = {**KIND_NAMES, "tensor": "a tensor"}


def read_variants(
    problems: Problems, form: ExerciseInFile, exercise: Exercise, written: Sequence[WrittenItem], scope: Scope
) -> tuple[Exercise, ...]:
    """Each variant as an exercise of its own. It expects no values of the file, because they are those of the file's data."""
    if form.kind == "predict" and form.variants:
        fix = "remove it: predict() has no data that could be other ones"
        problems.add(("variants",), "a `predict` exercise cannot have `variants`.", fix, key=True)
        return ()
    readers = (_VariantReader(problems, form, exercise, written, scope, index) for index in range(len(form.variants)))
    return tuple(reader.read() for reader in readers)


class _VariantReader:
    def __init__(
        self,
        problems: Problems,
        form: ExerciseInFile,
        exercise: Exercise,
        written: Sequence[WrittenItem],
        scope: Scope,
        index: int,
    ) -> None:
        self.problems, self.form, self.exercise, self.written, self.scope = problems, form, exercise, written, scope
        self.path: KeyPath = ("variants", index)
        self.values: Mapping[str, Any] = form.variants[index]

    def read(self) -> Exercise:
        if not self.values:
            self.problems.add(self.path, "this variant is empty.", "give other data, for example {batches: [[X1, y1]]}")
        own = _ProblemsOfVariant(self.problems, self.path, self.values)
        setup, scope = read_setup(self.with_values(), own, self.scope.excused)
        self.check_kinds(scope)
        unrolled = unroll(own, setup, self.written)
        check_raises(own, unrolled)
        unseen = Problems(self.problems.source)  # a mistake that cannot run with other data is a mistake all the same
        ignored = IgnoredReader(unseen, self.form, scope)
        wrong = read_wrong(unseen, self.form.wrong, self.written, setup, scope, self.form.kind, ignored)
        return replace(
            self.exercise,
            setup=setup,
            steps=tuple(replace(each.step, expect=()) for each in unrolled),
            wrong=wrong,
            hidden=1,
            where=self.problems.source.where(self.path),
        )

    def with_values(self) -> ExerciseInFile:
        """The form with the values of this variant: of a declared tensor, or as data."""
        tensors, data = dict(self.form.tensors or {}), dict(self.form.data or {})
        for name, value in self.values.items():
            if name in tensors:
                tensors[name] = value
            elif name in (self.form.modules or {}) or name in (self.form.optimizers or {}):
                fix = "a variant gives other data and tensors"
                self.problems.add((*self.path, name), f"`{name}` is {KIND_NAMES[self.scope.kinds[name]]}.", fix, key=True)
            elif "." in name:
                fix = "a variant gives new numbers only to the parameters under `tensors`"
                self.problems.add((*self.path, name), f"`{name}` is not declared.", fix, key=True)
            elif isinstance(value, TensorInFile | str):
                fix = "write a number, a list of numbers or a list of names"
                self.problems.add((*self.path, name), f"`{name}` is not a tensor with a gradient.", fix)
            else:
                data[name] = value
        return self.form.model_copy(update={"data": data or None, "tensors": tensors or None})

    def check_kinds(self, scope: Scope) -> None:
        for name in self.values:
            before, now = self.scope.kinds.get(name), scope.kinds.get(name)
            if before is not None and now is not None and before != now:
                message = f"`{name}` is {_KINDS[before]} in the exercise, and {_KINDS[now]} here."
                self.problems.add((*self.path, name), message, "give it a value of the same kind")


class _ProblemsOfVariant(Problems):
    """Problems of the exercise with other data: at the value of the variant, or at the variant that causes them."""

    def __init__(self, problems: Problems, path: KeyPath, values: Mapping[str, Any]) -> None:
        super().__init__(problems.source)
        self.found, self.path, self.values = problems.found, path, values

    def add(self, path: KeyPath, message: str, fix: str = "", *, key: bool = False, span: Span | None = None) -> None:
        if len(path) > 1 and path[0] in ("data", "tensors") and path[1] in self.values:
            super().add((*self.path, *path[1:]), message, fix, key=key, span=span)
        elif Problem(message, self.source.where(path, key=key, span=span), fix) not in self.found:
            super().add(self.path, f"with this variant, a part of the exercise is wrong: {message}", fix or "change the variant")
