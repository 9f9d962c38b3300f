"""The bookkeeping of `.grad` in plain Python: every verb by its definition, in float64, without torch.

A backward adds the share of its losses to every leaf that they need; what a share is, a `Calculus` knows. What the ledger
cannot do it refuses with NotCovered, and it says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.check.oracles import sgd
from grader.check.oracles.backward import LedgerError, backward, slopes
from grader.check.oracles.calculus import Calculus
from grader.check.oracles.dense import Dense, NotCovered, each, expand, filled
from grader.check.oracles.evaluate import Evaluator, as_value, is_tensor
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, Target
from grader.check.oracles.hooks import register
from grader.check.oracles.world import Module, Optimizer, build, leaves_of
from grader.expressions.tree import Attribute, Expr, Name
from grader.records.case import Case
from grader.records.exercise import (
    Backward,
    Clip,
    Code,
    Exercise,
    Let,
    OptimizerStep,
    RequiresGrad,
    RetainGrad,
    Set,
    Step,
    Zero,
)


@dataclass(frozen=True, slots=True)
class Held:
    """What one leaf holds."""

    value: Dense
    grad: Dense | None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One step in the ledger: what each leaf holds afterwards, what each `expect` is worth, or the error."""

    state: Mapping[str, Held]
    values: tuple[Any, ...] = ()
    raised: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """All steps, up to the one that raised; `returned` is what `returns` is worth."""

    entries: tuple[LedgerEntry, ...]
    returned: Any = None


def perform(exercise: Exercise, steps: Sequence[Step], case: Case, calculus: Calculus) -> Record:
    """Keep the ledger of these steps on this case. Raises NotCovered."""
    ledger = _Ledger(exercise, case, calculus)
    entries: list[LedgerEntry] = []
    for step in steps:
        entries.append(ledger.enter(step))
        if entries[-1].raised is not None:
            return Record(tuple(entries))
    return Record(tuple(entries), ledger.returned())


def numbers_of(thing: Any) -> Any:
    """What an expression is worth: tensors as their numbers, lists of them, plain numbers, None."""
    if isinstance(thing, list):
        return tuple(numbers_of(item) for item in thing)
    return thing.numbers if is_tensor(thing) else thing


class _Ledger:
    def __init__(self, exercise: Exercise, case: Case, calculus: Calculus) -> None:
        self.exercise, self.calculus = exercise, calculus
        self.world = build(exercise.setup, case)
        self.value = Evaluator(self.world.names, lambda given: slopes(given, calculus))

    def enter(self, step: Step) -> LedgerEntry:
        try:
            self._act(step)
        except LedgerError as error:
            return LedgerEntry(self._state(), raised=str(error))
        return LedgerEntry(self._state(), tuple(numbers_of(self.value(each.expression)) for each in step.expect))

    def returned(self) -> Any:
        returns = self.exercise.returns
        if returns is None:
            return None
        if isinstance(returns, tuple):
            return tuple(numbers_of(self.value(expr)) for expr in returns)
        return numbers_of(self.value(returns))

    def _state(self) -> dict[str, Held]:
        leaves = self.world.leaves.items()
        return {name: Held(leaf.numbers, None if leaf.grad is None else leaf.grad.numbers) for name, leaf in leaves}

    def _act(self, step: Step) -> None:
        match step.action:
            case Backward() as action:
                backward(action, self.value, self.calculus)
            case Zero() as action:
                self._zero(action)
            case OptimizerStep(optimizer=name):
                sgd.step(self.value(Name(name)))
            case Clip() as action:
                self._clip(action)
            case Set(targets=targets):
                self._set(targets)
            case RequiresGrad(of=of):
                self._requires_grad(of)
            case Let(names=names):
                self._let(names)
            case RetainGrad(of=of):
                self._retain_grad(self.value(of))
            case Code(source=source):
                register(source, self.value)

    def _requires_grad(self, of: Sequence[tuple[Expr, bool]]) -> None:
        for target, wanted in of:
            for leaf in leaves_of([self.value(target)]):
                leaf.requires_grad = wanted

    def _let(self, names: Sequence[tuple[str, Expr]]) -> None:
        for name, expr in names:
            self.world.names[name] = self.value(expr)

    def _retain_grad(self, value: Any) -> None:
        if isinstance(value, OracleValue):
            value.retains_grad = True

    def _zero(self, action: Zero) -> None:
        for thing in map(self.value, action.of):
            by_default = isinstance(thing, Module | Optimizer)
            to_none = by_default if action.set_to_none is None else action.set_to_none
            for target in _targets_of(thing):
                if to_none:
                    target.grad = None
                elif target.grad is not None:
                    target.grad.numbers = filled(target.numbers.shape, 0.0)

    def _clip(self, action: Clip) -> None:
        grads = [leaf.grad for leaf in leaves_of([self.value(each) for each in action.of]) if leaf.grad is not None]
        bound = action.clip_value
        if bound is not None:
            for grad in grads:
                grad.numbers = each(lambda x: max(-bound, min(bound, x)), grad.numbers)
        elif action.max_norm is not None:
            norm = sum(x * x for grad in grads for x in grad.numbers.data) ** 0.5
            factor = min(1.0, action.max_norm / norm) if norm else 1.0
            for grad in grads:
                grad.numbers = each(lambda x: x * factor, grad.numbers)

    def _set(self, targets: Sequence[tuple[Expr, Expr]]) -> None:
        new = [(target, as_value(self.value(expr)).numbers) for target, expr in targets]
        for target, numbers in new:
            if isinstance(target, Attribute) and target.name == "grad":
                owner = self.value(target.value)
                _set_grad(owner, expand(numbers, owner.numbers.shape))
                continue
            owner = self.value(target)
            if not isinstance(owner, OracleLeaf):
                raise NotCovered("a value set in place that is no leaf's")
            owner.change(expand(numbers, owner.numbers.shape))


def _set_grad(owner: Any, numbers: Dense) -> None:
    if owner.grad is None:
        owner.grad = Gradient(numbers)
    else:
        owner.grad.numbers = numbers


def _targets_of(thing: Any) -> Iterator[Target]:
    if isinstance(thing, OracleValue):
        yield thing
    else:
        yield from leaves_of([thing])
