"""Reads the `wrong` entries: whole wrong programs, or the right program with other steps instead of some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.errors import Problem, did_you_mean
from grader.expressions.tree import Span
from grader.records.exercise import Kind, Setup, Wrong
from grader.records.misconceptions import MISCONCEPTIONS
from grader.spec.file import StepInFile, WrongInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems
from grader.spec.read_ignored import IgnoredReader
from grader.spec.read_steps import StepReader
from grader.spec.rules import check_verbs, check_written
from grader.spec.scope import Scope
from grader.spec.unroll import unroll
from grader.spec.written import WrittenItem, WrittenLoop, steps_of


def read_wrong(
    problems: Problems,
    forms: Sequence[WrongInFile],
    right: Sequence[WrittenItem],
    setup: Setup,
    scope: Scope,
    kind: Kind,
    ignored: IgnoredReader,
) -> tuple[Wrong, ...]:
    """Every `wrong` entry as a whole program, unrolled.

    A step has the number of the right program's step that it is or replaces. A step of the right program keeps its
    `expect`, because its expressions are evaluated; the wrong program need not give its values.
    """
    programs = (_Program(problems, right, scope, kind, ignored, ("wrong", index)) for index in range(len(forms)))
    return tuple(_read_one(program, form, setup) for program, form in zip(programs, forms, strict=True))


def _read_one(program: _Program, form: WrongInFile, setup: Setup) -> Wrong:
    problems, path, scope = program.problems, program.path, program.scope
    if form.misconception not in MISCONCEPTIONS:
        message = f"unknown misconception `{form.misconception}`."
        problems.add((*path, "misconception"), message, did_you_mean(form.misconception, MISCONCEPTIONS))
    written = program.read(form)
    own = _ProblemsOfWrong(problems, path)
    check_written(own, written, scope)
    unrolled = unroll(own, setup, written)
    check_verbs(own, unrolled, scope)
    steps = tuple(each.step for each in unrolled)
    return Wrong(form.name, form.misconception, steps, problems.source.where((*path, "name")))


class _ProblemsOfWrong(Problems):
    """An error of a step that is right in the right program is reported at the `instead` that causes it."""

    def __init__(self, problems: Problems, path: KeyPath) -> None:
        super().__init__(problems.source)
        self.found, self.path = problems.found, path

    def add(self, path: KeyPath, message: str, fix: str = "", *, key: bool = False, span: Span | None = None) -> None:
        if path[:2] == self.path:
            super().add(path, message, fix, key=key, span=span)
        elif Problem(message, self.source.where(path, key=key, span=span), fix) not in self.found:
            here = (*self.path, "instead")
            super().add(here, f"this change makes another step wrong: {message}", "change that step too", key=True)


class _Program:
    """Makes one wrong program; its loops are not unrolled yet."""

    def __init__(
        self,
        problems: Problems,
        right: Sequence[WrittenItem],
        scope: Scope,
        kind: Kind,
        ignored: IgnoredReader,
        path: KeyPath,
    ) -> None:
        self.problems, self.right, self.scope, self.kind, self.ignored, self.path = problems, right, scope, kind, ignored, path
        self.by_number = {step.number: step for step in steps_of(right)}

    def read(self, form: WrongInFile) -> tuple[WrittenItem, ...]:
        if (form.instead is None) == (form.steps is None):
            has = "neither `instead` nor" if form.instead is None else "both `instead` and"
            self.problems.add(self.path, f"this entry has {has} `steps`.", "write exactly one of them")
        if form.steps is not None:
            return StepReader(self.problems, self.scope, self.kind, self.ignored).read(form.steps, (*self.path, "steps"))
        return self.changed(self.right, dict(self.changes(form.instead)))

    def changes(self, instead: Mapping[str, Any] | None) -> Iterator[tuple[int, tuple[WrittenItem, ...]]]:
        """For each number in `instead`, the steps that replace that step."""
        path = (*self.path, "instead")
        if instead is not None and not instead:
            self.problems.add(path, "`instead` is empty.", "for example {3: null} leaves step 3 out")
        for word, value in (instead or {}).items():
            if self.exists(word, (*path, word), key=True):
                yield int(word), self.replacement(int(word), value, (*path, word))

    def replacement(self, number: int, value: Any, path: KeyPath) -> tuple[WrittenItem, ...]:
        if value is None:
            return ()
        if not isinstance(value, list):
            return self.one(number, value, path)
        each = [self.one(number, item, (*path, index)) for index, item in enumerate(value)]
        return tuple(step for steps in each for step in steps)

    def one(self, number: int, value: StepInFile | int, path: KeyPath) -> tuple[WrittenItem, ...]:
        if isinstance(value, int):
            return (replace(self.by_number[value]),) if self.exists(str(value), path) else ()
        read = StepReader(self.problems, self.scope, self.kind, self.ignored, number).read_one(value, path, in_loop=True)
        return () if read is None else (read,)

    def exists(self, word: str, path: KeyPath, *, key: bool = False) -> bool:
        if word.isdecimal() and int(word) in self.by_number:
            return True
        count = max(self.by_number, default=0)
        if word.isdecimal() and 0 < int(word) < count:
            return False  # a problem of this step itself is already reported
        fix = f"steps are numbered in the order of the file, also inside a `for`; the last is {count}"
        self.problems.add(path, f"there is no step `{word}`.", fix, key=key)
        return False

    def changed(self, written: Sequence[WrittenItem], changes: Mapping[int, tuple[WrittenItem, ...]]) -> tuple[WrittenItem, ...]:
        found: list[WrittenItem] = []
        for each in written:
            if isinstance(each, WrittenLoop):
                body = self.changed(each.body, changes)
                found += [replace(each, body=body)] if body else []
            else:
                found += changes.get(each.number, (each,))
        return tuple(found)
