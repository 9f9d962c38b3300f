"""Checks of the steps that need no torch: every name is declared, and every verb is used on a thing of the right kind."""

from __future__ import annotations

from collections.abc import Sequence

from grader.expressions.tree import Attribute, Expr, Name, names
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Clip, OptimizerStep, RequiresGrad, RetainGrad, Set, Zero
from grader.spec.expressions_in_file import Use
from grader.spec.problems import Problems
from grader.spec.scope import KIND_NAMES, Scope, check_names
from grader.spec.unroll import UnrolledStep
from grader.spec.written import WrittenItem, WrittenLoop, WrittenStep

_KIND_NAMES: dict[str | None, str] = {
    **{str(kind): what for kind, what in KIND_NAMES.items()},
    "parameter": "a parameter",
    "layer": "a layer",
    "grad": "a `.grad`",
    "parameters": "a module's parameters",
}
_LEAVES = frozenset({"leaf", "parameter", "layer"})
_TENSORS = _LEAVES | {"let"}
_WITH_MODULES = _TENSORS | {"module"}


def check_written(problems: Problems, written: Sequence[WrittenItem], scope: Scope) -> Scope:
    """Report names that are not declared where they are used. Returns the scope after these steps."""
    for each in written:
        if isinstance(each, WrittenLoop):
            check_names(problems, scope, each.over)
            inside = scope
            for name in each.names:
                inside = inside.adding(name, "loop")
            inside = check_written(problems, each.body, inside)
            scope = _without(inside, scope, each.names)
        else:
            scope = _check_step(problems, each, scope)
    return scope


def _check_step(problems: Problems, step: WrittenStep, scope: Scope) -> Scope:
    for use in step.uses:
        check_names(problems, scope, use)
    for name in step.binds:
        if scope.kinds.get(name) == "loop":
            problems.add((*step.path, step.verb, name), f"`{name}` is a loop variable here.", "choose another name", key=True)
        elif scope.kinds.get(name) != "leaf":
            scope = scope.adding(name, "let")
    for use in step.looks:
        check_names(problems, scope, use)
    return scope


def _without(inside: Scope, outside: Scope, names: tuple[str, ...]) -> Scope:
    """The scope after a loop: names that its steps bound stay, its loop variables do not."""
    kinds = {name: kind for name, kind in inside.kinds.items() if name not in names or name in outside.kinds}
    return Scope(kinds, outside.parameters, outside.excused)


def check_verbs(problems: Problems, unrolled: Sequence[UnrolledStep], scope: Scope) -> None:
    """Report verbs that are used on a thing of the wrong kind; loop variables are already replaced."""
    for each in unrolled:
        for name in each.written.binds:
            if scope.kinds.get(name) != "leaf":
                scope = scope.adding(name, "let")
        _KindCheck(problems, scope, each).check()


def check_raises(problems: Problems, unrolled: Sequence[UnrolledStep]) -> None:
    """Report `raises` at every step but the last."""
    for each in unrolled[:-1]:
        if each.step.raises is not None:
            message, fix = "only the last step can have `raises`.", "remove the steps after this one"
            problems.add((*each.written.path, "raises"), message, fix, key=True)


class _KindCheck:
    """Checks one step of the unrolled program."""

    def __init__(self, problems: Problems, scope: Scope, unrolled: UnrolledStep) -> None:
        self.problems, self.scope, self.unrolled = problems, scope, unrolled

    def check(self) -> None:
        uses = self.unrolled.written.uses
        match self.unrolled.step.action:
            case Zero(of=of):
                self.check_all(uses, of, _WITH_MODULES | {"optimizer"}, "`zero` can reset tensors, modules and optimizers")
            case Clip(of=of):
                self.check_all(uses, of, _WITH_MODULES | {"parameters"}, "`clip` can clip tensors and modules")
            case Backward(inputs=inputs):
                self.check_all(uses[len(uses) - len(inputs) :], inputs, _TENSORS | {"parameters"}, "`inputs` must be tensors")
            case OptimizerStep(optimizer=name):
                self.check_all(uses, [Name(name)], frozenset({"optimizer"}), "`step` needs an optimizer")
            case Set(targets=targets):
                allowed = frozenset({"leaf", "parameter", "layer", "grad"})
                self.check_all(
                    uses[::2], [target for target, _ in targets], allowed, "`set` can write leaves, parameters and their .grad"
                )
            case RequiresGrad(of=of):
                allowed = _LEAVES | {"module"}
                self.check_all(uses, [target for target, _ in of], allowed, "`requires_grad` can change leaves and modules")
            case RetainGrad(of=of):
                self.check_all(uses, [of], frozenset({"let", "leaf"}), "`retain_grad` needs the name of a tensor")

    def check_all(self, uses: Sequence[Use], exprs: Sequence[Expr], allowed: frozenset[str], takes: str) -> None:
        for use, expr in zip(uses, exprs, strict=True):
            kind = self.scope.kind_of(expr)
            if kind in allowed or any(name.id not in self.scope.kinds for name in names(expr)):
                continue
            fix = takes
            if isinstance(expr, Attribute) and kind == "grad":
                fix = f"write {to_text(expr.value)}: {takes}"
            self.problems.add(use.path, f"`{to_text(expr)}` is {_KIND_NAMES.get(kind, 'an expression')}.", fix, key=use.key)
