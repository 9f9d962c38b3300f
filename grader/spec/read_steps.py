"""Reads the steps of a file: parses their expressions and checks their modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from grader.records.exercise import CALL_VERBS, Expectation, Kind, Look, Verb
from grader.spec.actions import ActionReader
from grader.spec.expressions_in_file import Use, read_expression
from grader.spec.file import NO_VALUE, StepInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems
from grader.spec.read_ignored import IgnoredReader
from grader.spec.scope import Scope, check_new_name
from grader.spec.written import WrittenItem, WrittenLoop, WrittenStep
from grader.spec.written_values import decimals, read_expected

_VERBS = ("for", *(verb for verb in get_args(Verb) if verb != "look"))
_NOT_IN_FOR = ("expect", "raises", "optional", "ignore", "points", "note")


class StepReader:
    """Reads steps and numbers them in the order of the file; with `number`, every step gets that number."""

    def __init__(self, problems: Problems, scope: Scope, kind: Kind, ignored: IgnoredReader, number: int | None = None) -> None:
        self.problems, self.scope, self.kind, self.ignored = problems, scope, kind, ignored
        self.fixed_number, self.count = number, 0

    def read(self, forms: Sequence[StepInFile], path: KeyPath, *, in_loop: bool = False) -> tuple[WrittenItem, ...]:
        """The steps of a list. Wrong ones are reported and left out, but counted."""
        read = [self.read_one(form, (*path, index), in_loop=in_loop) for index, form in enumerate(forms)]
        return tuple(each for each in read if each is not None)

    def read_one(self, form: StepInFile, path: KeyPath, *, in_loop: bool = False) -> WrittenItem | None:
        verbs = [verb for verb in _VERBS if verb in _keys(form)]
        if "for" in verbs or {"in", "do"} & _keys(form):
            return self.loop(form, verbs, path)
        self.count += 1
        if len(verbs) > 1:
            self.report_two_verbs(verbs, path)
            return None
        step = self.action(form, verbs[0], path) if verbs else self.look(form, path)
        return self.with_modifiers(step, form, path, in_loop=in_loop) if step else None

    def loop(self, form: StepInFile, verbs: list[str], path: KeyPath) -> WrittenLoop | None:
        if form.for_ is None:
            self.problems.add(path, "`in` and `do` need a `for`.", "add `for: …`")
            return None
        missing = [key for key in ("in", "do") if key not in _keys(form)]
        for key in missing:
            self.problems.add(path, f"a `for` needs `{key}`.", f"add `{key}: …`")
        if len(verbs) > 1:
            self.report_two_verbs(verbs, path)
        for key in _NOT_IN_FOR:
            if key in _keys(form):
                fix = "write it at a step inside `do`"
                self.problems.add((*path, key), f"a `for` cannot have `{key}`.", fix, key=True)
        body = self.read(form.do or (), (*path, "do"), in_loop=True)
        names = self.loop_names(form.for_, (*path, "for"))
        over = read_expression(self.problems, form.in_, (*path, "in")) if form.in_ is not None else None
        return WrittenLoop(names, over, body, path) if over and not missing else None

    def loop_names(self, value: Any, path: KeyPath) -> tuple[str, ...]:
        names = value if isinstance(value, list) else [part.strip() for part in value.split(",")]
        for index, name in enumerate(names):
            place = (*path, index) if isinstance(value, list) else path
            if check_new_name(self.problems, name, place, key=False) and name in self.scope.kinds:
                self.problems.add(place, f"the loop variable `{name}` is already declared.", "choose another name")
            if name in names[:index]:
                self.problems.add(place, f"`{name}` is repeated in this `for`.", "choose another name")
        return tuple(names)

    def look(self, form: StepInFile, path: KeyPath) -> WrittenStep | None:
        left_out = not form.model_fields_set and self.problems.source.get(path) != {}
        if form.expect is None and not left_out:
            self.problems.add(path, "this step does nothing.", f"add a verb ({', '.join(_VERBS)}) or an `expect`")
        expressions = form.expect if isinstance(form.expect, dict) else (form.expect or [{}])[0]
        return WrittenStep("look", Look(), self.number, ", ".join(expressions), path)

    def action(self, form: StepInFile, verb: str, path: KeyPath) -> WrittenStep | None:
        found = ActionReader(self.problems, self.scope, (*path, verb)).read(verb, form)
        if found is None:
            return None
        if verb == "code" and self.kind != "predict":
            fix = "use the verbs instead, or write kind: predict"
            self.problems.add((*path, "code"), "only a `predict` exercise can have `code`.", fix, key=True)
        step = WrittenStep(cast(Verb, verb), found.action, self.number, found.text, path, found.uses, binds=found.binds)
        return replace(step, loss=found.loss, needs_grad=found.needs_grad)

    def with_modifiers(self, step: WrittenStep, form: StepInFile, path: KeyPath, *, in_loop: bool) -> WrittenStep:
        looks: list[Use] = []
        always: tuple[Expectation, ...] = ()
        passes: tuple[tuple[Expectation, ...], ...] | None = None
        place = (*path, "expect")
        if isinstance(form.expect, list):
            if not in_loop:
                self.problems.add(place, "`expect` can be a list only inside a `for`.", "write a mapping", key=True)
            passes = tuple(self.expectations(each, (*place, index), looks) for index, each in enumerate(form.expect))
        elif form.expect is not None:
            always = self.expectations(form.expect, place, looks)
        if form.points is not None and step.verb not in CALL_VERBS and self.kind != "predict":
            fix = f"only {', '.join(sorted(CALL_VERBS))} can have points"
            self.problems.add(
                (*path, "points"),
                f"a step with `{step.verb}` cannot have points."
                if step.verb != "look"
                else "a step without a verb cannot have points.",
                fix,
                key=True,
            )
        return replace(
            step,
            looks=tuple(looks),
            always=always,
            passes=passes,
            raises=form.raises,
            optional=form.optional,
            points=1.0 if form.points is None else form.points,
            note=form.note,
            ignored=self.ignored.read(form.ignore, (*path, "ignore")),
        )

    def expectations(self, expected: dict[str, Any], path: KeyPath, looks: list[Use]) -> tuple[Expectation, ...]:
        if not expected:
            self.problems.add(path, "`expect` is empty.", "for example {x.grad: [4.0]}")
        found = []
        for text, value in expected.items():
            place = (*path, text)
            use = read_expression(self.problems, text, place, key=True)
            is_promised = value != NO_VALUE
            read = read_expected(self.problems, value, place) if is_promised else None
            if use is not None:
                looks.append(use)
                where = self.problems.source.where(place)
                digits = decimals(self.problems, value, place)
                found.append(Expectation(use.expr, text, read, digits, where, is_promised))
        return tuple(found)

    def report_two_verbs(self, verbs: list[str], path: KeyPath) -> None:
        message = f"this step has more than one verb: {' and '.join(f'`{verb}`' for verb in verbs)}."
        self.problems.add((*path, verbs[1]), message, "write a step for each", key=True)

    @property
    def number(self) -> int:
        return self.count if self.fixed_number is None else self.fixed_number


def _keys(form: StepInFile) -> set[str]:
    return {name.rstrip("_") for name in form.model_fields_set}
