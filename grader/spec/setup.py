"""Reads the declarations (`data`, `modules`, `tensors`, `optimizers`) as a `Setup` and the scope of its names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.errors import SourceLocation, did_you_mean
from grader.expressions.functions import MODULES, OPTIMIZERS
from grader.expressions.tree import Binary, Constant, Expr, FunctionCall, ListOf, Name, Negative, Number
from grader.records.exercise import Data, DataNames, Setup, TensorSpec
from grader.spec.expressions_in_file import Use, read_expression
from grader.spec.file import SECTIONS, ExerciseInFile, RedrawInFile, TensorInFile
from grader.spec.places import KeyPath
from grader.spec.problems import Problems
from grader.spec.scope import NameKind, Scope, check_names, check_new_name
from grader.spec.written_values import read_numbers


def read_setup(form: ExerciseInFile, problems: Problems, excused: frozenset[str] | None) -> tuple[Setup, Scope]:
    """Everything that is declared, and the kind of each name. `excused` names need no declaration."""
    return _SetupReader(form, problems, excused).read()


@dataclass
class _SetupReader:
    form: ExerciseInFile
    problems: Problems
    excused: frozenset[str] | None

    def read(self) -> tuple[Setup, Scope]:
        self.scope = Scope(self.kinds(), frozenset(self.form.tensors or ()), self.excused)
        self.check_dotted_names()
        setup = Setup(
            data={name: self.data(value, ("data", name)) for name, value in (self.form.data or {}).items()},
            modules=dict(self.constructors("modules")),
            tensors={name: self.tensor(value, ("tensors", name)) for name, value in (self.form.tensors or {}).items()},
            optimizers=dict(self.constructors("optimizers")),
            where=dict(self.places()),
        )
        return setup, self.scope

    def kinds(self) -> dict[str, NameKind]:
        found: dict[str, NameKind] = {}
        for section in SECTIONS:
            for name, value in (getattr(self.form, section) or {}).items():
                path = (section, name)
                if section == "tensors" and "." in name:
                    continue
                check_new_name(self.problems, name, path)
                if name in found:
                    self.problems.add(path, f"`{name}` is declared twice.", "choose another name", key=True)
                found.setdefault(name, self.kind(section, value))
        return found

    def kind(self, section: str, value: Any) -> NameKind:
        if section == "data":
            return "number" if not isinstance(value, list) else "list" if _has_names(value) else "tensor"
        if section == "modules":
            return "module"
        return "leaf" if section == "tensors" else "optimizer"

    def check_dotted_names(self) -> None:
        for name in self.form.tensors or ():
            root, dot, rest = name.partition(".")
            if not dot or self.scope.is_excused(root):
                continue
            modules = [each for each, kind in self.scope.kinds.items() if kind == "module"]
            if root not in modules:
                fix = did_you_mean(root, modules) or "declare it under `modules`"
                self.problems.add(("tensors", name), f"there is no module `{root}`.", fix, key=True)
            elif not all(part.isidentifier() or part.isdigit() for part in rest.split(".")):
                fix = "for example model.weight or model.0.weight"
                self.problems.add(("tensors", name), f"`{name}` is not the name of a parameter.", fix, key=True)

    def data(self, value: Any, path: KeyPath) -> Data:
        if not isinstance(value, list):
            return Data(read_numbers(self.problems, value, path))
        if _has_names(value):
            return Data(names=self.names(value, path))
        numbers = read_numbers(self.problems, value, path)
        return Data(numbers, "float32" if any(isinstance(each, float) for each in _items_of(value)) else "int64")

    def names(self, items: list[Any], path: KeyPath) -> DataNames:
        found: list[Any] = []
        for index, item in enumerate(items):
            below = (*path, index)
            if isinstance(item, list):
                found.append(self.names(item, below))
            elif isinstance(item, str):
                self.check_listed(item, below)
                found.append(item)
            else:
                fix = "declare the number under its own name, or write only numbers"
                self.problems.add(below, "a list cannot mix names and numbers.", fix)
        return tuple(found)

    def check_listed(self, name: str, path: KeyPath) -> None:
        kind = self.scope.kinds.get(name)
        if name == path[1]:
            self.problems.add(path, f"`{name}` contains itself.", "write another name")
        elif kind is None and not self.scope.is_excused(name):
            known = [each for each in self.scope.kinds if each != path[1]]
            fix = did_you_mean(name, known) or "a list in `data` can only contain declared names"
            self.problems.add(path, f"`{name}` is not declared.", fix)
        elif kind == "optimizer":
            self.problems.add(path, f"`{name}` is an optimizer.", "a list in `data` can contain data, tensors and modules")

    def tensor(self, value: Any, path: KeyPath) -> TensorSpec:
        where = self.problems.source.where(path, key=True)
        if isinstance(value, str):
            self.check_tie(value, path)
            return TensorSpec(value, where=where)
        if not isinstance(value, TensorInFile):
            return TensorSpec(read_numbers(self.problems, value, path), where=where)
        numbers = read_numbers(self.problems, value.value, (*path, "value"))
        return TensorSpec(numbers, value.dtype, self.redraw(value.redraw, (*path, "redraw")), where)

    def redraw(self, value: bool | RedrawInFile | None, path: KeyPath) -> tuple[float, float] | bool:
        if not isinstance(value, RedrawInFile):
            return True if value is None else value
        if value.low >= value.high:
            self.problems.add(path, f"`low` ({value.low:g}) must be less than `high` ({value.high:g}).")
        return value.low, value.high

    def check_tie(self, target: str, path: KeyPath) -> None:
        tensors = self.form.tensors or {}
        name = str(path[1])
        if "." not in name:
            fix = "write numbers: [2.0]"
            self.problems.add(path, f"only a parameter of a module can be tied, and `{name}` is not one.", fix)
        elif target == name or isinstance(tensors.get(target), str):
            self.problems.add(path, f"`{target}` is itself tied.", "write the parameter that has the numbers")
        elif ("." not in target or target not in tensors) and not self.scope.is_excused(target.partition(".")[0]):
            known = [each for each in tensors if "." in each and each != name]
            fix = did_you_mean(target, known) or "a tie needs a parameter that has numbers in `tensors`"
            self.problems.add(path, f"`{target}` is not a parameter with numbers.", fix)

    def constructors(self, section: str) -> Iterator[tuple[str, Expr]]:
        """The constructor of each module or optimizer; wrong ones are reported and left out."""
        for name, text in (getattr(self.form, section) or {}).items():
            use = read_expression(self.problems, text, (section, name))
            if use is None:
                continue
            if section == "modules":
                self.check_module(use, use.expr)
            else:
                self.check_optimizer(use)
            yield name, use.expr

    def check_module(self, use: Use, expr: Expr) -> None:
        match expr:
            case FunctionCall(function=Name(id=name)) if name in MODULES:
                for argument in (*expr.arguments, *(value for _, value in expr.keywords)):
                    if name == "Sequential" and isinstance(argument, FunctionCall):
                        self.check_module(use, argument)
                    else:
                        self.check_constant(use, argument)
            case FunctionCall(function=Name(id=name)):
                self.report(use, expr.function, f"there is no module class `{name}` for exercises.", did_you_mean(name, MODULES))
            case _:
                self.report(use, expr, "expected the constructor of a module.", "for example Linear(1, 1, bias=False)")

    def check_optimizer(self, use: Use) -> None:
        match use.expr:
            case FunctionCall(function=Name(id=name), arguments=arguments, keywords=keywords) if name in OPTIMIZERS:
                options = list(arguments[1:]) + [value for word, value in keywords if word != "params"]
                parameters = [*arguments[:1], *(value for word, value in keywords if word == "params")]
                if not parameters:
                    self.report(use, use.expr, f"`{name}` needs parameters.", f"for example {name}([w], lr=0.1)")
                for each in parameters:
                    self.check_parameters(use, each)
                for each in options:
                    self.check_constant(use, each)
            case FunctionCall(function=Name(id=name) as function):
                self.report(use, function, f"there is no optimizer class `{name}` for exercises.", did_you_mean(name, OPTIMIZERS))
            case _:
                self.report(use, use.expr, "expected the constructor of an optimizer.", "for example SGD([w], lr=0.1)")

    def check_parameters(self, use: Use, expr: Expr) -> None:
        """`[w, model.weight]`, `model.parameters()`, a list in `data`, or a sum of such lists."""
        match expr:
            case ListOf(items=()):
                self.report(use, expr, "an optimizer needs at least one parameter.")
            case ListOf(items=items):
                for item in items:
                    self.check_parameter(use, item)
            case Binary(operator="+", left=left, right=right):
                self.check_parameters(use, left)
                self.check_parameters(use, right)
            case _ if self.scope.kind_of(expr) in ("parameters", "list"):
                check_names(self.problems, self.scope, Use(expr, use.path))
            case _ if self.scope.kind_of(expr) in ("leaf", "parameter"):
                self.report(use, expr, "an optimizer needs a list of parameters.", "put [ ] around it")
            case _ if self.scope.kind_of(expr) == "module":
                self.report(use, expr, "an optimizer needs parameters, not a module.", "write model.parameters()")
            case _:
                self.check_parameter(use, expr)

    def check_parameter(self, use: Use, expr: Expr) -> None:
        before = len(self.problems.found)
        check_names(self.problems, self.scope, Use(expr, use.path))
        declared = len(self.problems.found) == before
        kind = self.scope.kind_of(expr)
        excused = isinstance(expr, Name) and self.scope.is_excused(expr.id)
        if declared and not excused and kind not in ("leaf", "parameter", "layer"):
            self.report(use, expr, "an optimizer needs tensors or parameters.", "for example [w, model.weight]")

    def check_constant(self, use: Use, expr: Expr) -> None:
        match expr:
            case Number() | Constant() | Negative(operand=Number()):
                return
            case ListOf(items=items):
                for item in items:
                    self.check_constant(use, item)
            case _:
                self.report(use, expr, "expected a number, a word, True, False or None.", "write the value itself")

    def report(self, use: Use, node: Expr, message: str, fix: str = "") -> None:
        self.problems.add(use.path, message, fix, span=node.span)

    def places(self) -> Iterator[tuple[str, SourceLocation]]:
        for section in SECTIONS:
            for name in getattr(self.form, section) or ():
                yield name, self.problems.source.where((section, name), key=True)


def _items_of(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _items_of(item)
    else:
        yield value


def _has_names(value: list[Any]) -> bool:
    return any(isinstance(each, str) for each in _items_of(value))
