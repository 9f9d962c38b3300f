"""Reads one file as an `Exercise`: its form, declarations, steps and wrong programs, and checks the rules between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.errors import Problem, SourceLocation
from grader.expressions.tree import Expr
from grader.records.exercise import HIDDEN_CASES, Exercise, Invisible, Limits, Tolerance
from grader.spec.cuts import find_cuts
from grader.spec.expressions_in_file import read_expression
from grader.spec.file import ExerciseInFile, ReturnsInFile, ToleranceInFile
from grader.spec.function import read_function
from grader.spec.places import KeyPath, SourceFile
from grader.spec.problems import Problems
from grader.spec.prune import LEFT_OUT, read_form
from grader.spec.read_ignored import IgnoredReader
from grader.spec.read_steps import StepReader
from grader.spec.read_torch_names import read_torch_names
from grader.spec.read_variants import read_variants
from grader.spec.read_wrong import read_wrong
from grader.spec.rules import check_raises, check_verbs, check_written
from grader.spec.scope import Scope, check_names
from grader.spec.setup import read_setup
from grader.spec.unroll import check_passes, unroll
from grader.spec.written import WrittenItem, steps_of

PREDICT_RTOL = 1e-3


@dataclass(frozen=True)
class ExerciseFolder:
    """What the folder of an exercise file adds: its place in the course, and the files beside it."""

    track: str
    slug: str
    order: int
    starter: str | None = None
    reference: str | None = None


def read_exercise(source: SourceFile, folder: ExerciseFolder) -> tuple[Exercise | None, list[Problem]]:
    """The exercise of a file, and all problems of the file. The exercise is None if its form cannot be read."""
    problems = Problems(source)
    form, excused = read_form(source, problems, find_cuts(source, problems))
    if form is None:
        return None, problems.in_order()
    exercise = _ExerciseReader(problems, form, folder, excused).read()
    return exercise, problems.in_order()


@dataclass(frozen=True)
class _ExerciseReader:
    problems: Problems
    form: ExerciseInFile
    folder: ExerciseFolder
    excused: frozenset[str] | None

    def read(self) -> Exercise:
        form, problems = self.form, self.problems
        self.check_id()
        setup, scope = read_setup(form, problems, self.excused)
        name, parameters = read_function(problems, form.function, form.kind, scope)
        ignored = IgnoredReader(problems, form, scope)
        written = StepReader(problems, scope, form.kind, ignored).read(form.steps, ("steps",))
        afterwards = check_written(problems, written, scope)
        unrolled = unroll(problems, setup, written)
        check_verbs(problems, unrolled, scope)
        check_raises(problems, unrolled)
        check_passes(problems, written, unrolled)
        self.check_kind(written)
        exercise = Exercise(
            id=f"{self.folder.track}/{form.id}",
            path=problems.source.path,
            title=form.title,
            kind=form.kind,
            function=name,
            parameters=parameters,
            setup=setup,
            steps=tuple(each.step for each in unrolled),
            concept=form.concept,
            level=form.level,
            order=self.folder.order,
            task=form.task,
            hints=tuple(form.hints),
            explain=form.explain,
            returns=self.returns(afterwards),
            returns_number=isinstance(form.returns, ReturnsInFile),
            returns_where=self.where("returns"),
            none_is_zero=form.none_is_zero,
            ignored=ignored.read(form.ignore, ("ignore",)),
            tolerance=self.tolerance(),
            hidden=self.hidden(),
            limits=Limits(form.limits.seconds, form.limits.memory_mb) if form.limits else Limits(),
            points=form.points,
            uses=read_torch_names(problems, form, "uses"),
            forbids=read_torch_names(problems, form, "forbids"),
            wrong=read_wrong(problems, form.wrong, written, setup, scope, form.kind, ignored),
            invisible=tuple(Invisible(each.operator, each.because) for each in form.invisible),
            starter=self.folder.starter,
            reference=self.folder.reference,
            where=self.where("id"),
        )
        return replace(exercise, variants=read_variants(problems, form, exercise, written, scope))

    def where(self, key: str) -> SourceLocation | None:
        return self.problems.source.where((key,)) if key in self.form.model_fields_set else None

    def check_id(self) -> None:
        if self.form.id not in (LEFT_OUT, self.folder.slug):
            message = f"the `id` is `{self.form.id}`, but the folder is named `{self.folder.slug}`."
            self.problems.add(("id",), message, f"write {self.folder.slug}, or rename the folder")

    def check_kind(self, written: Sequence[WrittenItem]) -> None:
        form = self.form
        if form.kind != "predict":
            return
        if form.returns is not None:
            fix = "remove it: the student returns the values of each `expect`"
            self.problems.add(("returns",), "a `predict` exercise cannot have `returns`.", fix, key=True)
        if form.cases is not None and form.cases.hidden:
            fix = "remove it: predict() has no parameters whose numbers could be redrawn"
            self.problems.add(("cases",), "a `predict` exercise cannot have hidden cases.", fix, key=True)
        if not self.problems.found and not any(step.looks for step in steps_of(written)):
            fix = "add an `expect` to each step whose values the student must predict"
            self.problems.add(("steps",), "a `predict` exercise needs an `expect`.", fix, key=True)

    def returns(self, scope: Scope) -> tuple[Expr, ...] | Expr | None:
        path: KeyPath = ("returns",)
        value = self.form.returns
        if value is None:
            return None
        if isinstance(value, ReturnsInFile):
            value, path = value.of, (*path, "of")
        if not isinstance(value, list):
            use = read_expression(self.problems, value, path)
            uses = [use]
        else:
            uses = [read_expression(self.problems, each, (*path, index)) for index, each in enumerate(value)]
        found = [use for use in uses if use is not None]
        for each in found:
            check_names(self.problems, scope, each)
        if isinstance(value, list):
            return tuple(each.expr for each in found)
        return found[0].expr if found else None

    def tolerance(self) -> Tolerance:
        given = self.form.tolerance or ToleranceInFile()
        if self.form.kind == "predict" and given.rtol is None:
            return Tolerance(PREDICT_RTOL, given.atol)
        return Tolerance(given.rtol, given.atol)

    def hidden(self) -> int:
        if self.form.kind == "predict":
            return 0
        return HIDDEN_CASES if self.form.cases is None else self.form.cases.hidden
