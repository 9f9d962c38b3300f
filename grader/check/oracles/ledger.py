"""The bookkeeping of `.grad` without torch: every verb by its definition, in float64.

A backward adds the contribution of its losses to every leaf that they depend on; a `Calculus` computes the contribution.
NotCovered says which part of an exercise the ledger cannot compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.check.oracles import sgd
from grader.check.oracles.arrays import Array, NotCovered, as_array, elementwise, expand, filled
from grader.check.oracles.backward import LedgerError, autograd_grad, backward
from grader.check.oracles.calculus import Calculus
from grader.check.oracles.evaluate import Evaluator, as_value, is_tensor
from grader.check.oracles.graph import Gradient, OracleLeaf, OracleValue, Target
from grader.check.oracles.hooks import register
from grader.check.oracles.world import Module, Optimizer, build_world, leaves_of
from grader.expressions.tree import Attribute, Expr, Name
from grader.records.case import Case
from grader.records.exercise import Backward, Clip, Code, Exercise, Let, OptimizerStep, RequiresGrad, RetainGrad, Set, Step, Zero
from grader.records.trace import LeafState, State, TensorValue, Value


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One step: the leaves after it, the value of each `expect`, or the error."""

    state: State
    values: tuple[Value, ...] = ()
    raised: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All steps up to the one that raised; `returned` is the value of `returns`."""

    entries: tuple[LedgerEntry, ...]
    returned: Value = None


def keep_ledger(exercise: Exercise, steps: Sequence[Step], case: Case, calculus: Calculus) -> Ledger:
    """Keep the ledger of these steps on this case. Raises NotCovered."""
    bookkeeper = _Bookkeeper(exercise, case, calculus)
    entries: list[LedgerEntry] = []
    for step in steps:
        entries.append(bookkeeper.enter(step))
        if entries[-1].raised is not None:
            return Ledger(tuple(entries))
    return Ledger(tuple(entries), bookkeeper.returned())


def _recorded(thing: Any) -> Value:
    """The value of an expression: tensors, lists of them, plain numbers, None."""
    if isinstance(thing, list):
        return tuple(map(_recorded, thing))
    return _tensor_value(thing.numbers) if is_tensor(thing) else thing


def _tensor_value(numbers: Array) -> TensorValue:
    return TensorValue(numbers.shape, "float64", "cpu", tuple(map(float, numbers.flat)))


class _Bookkeeper:
    def __init__(self, exercise: Exercise, case: Case, calculus: Calculus) -> None:
        self.exercise, self.calculus = exercise, calculus
        self.world = build_world(exercise.setup, case)
        self.value = Evaluator(self.world.names, lambda given: autograd_grad(given, calculus))

    def enter(self, step: Step) -> LedgerEntry:
        try:
            self._perform(step)
        except LedgerError as error:
            return LedgerEntry(self._state(), raised=str(error))
        return LedgerEntry(self._state(), tuple(_recorded(self.value(each.expression)) for each in step.expect))

    def returned(self) -> Value:
        returns = self.exercise.returns
        if returns is None:
            return None
        if isinstance(returns, tuple):
            return tuple(_recorded(self.value(expr)) for expr in returns)
        return _recorded(self.value(returns))

    def _state(self) -> State:
        return {name: LeafState(_tensor_value(leaf.numbers), _recorded_grad(leaf)) for name, leaf in self.world.leaves.items()}

    def _perform(self, step: Step) -> None:
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
                grad.numbers = elementwise(lambda x: max(-bound, min(bound, x)), grad.numbers)
        elif action.max_norm is not None:
            norm = sum(np.sum(grad.numbers * grad.numbers) for grad in grads) ** 0.5
            factor = min(1.0, action.max_norm / norm) if norm else 1.0
            for grad in grads:
                grad.numbers = as_array(grad.numbers * factor)

    def _set(self, targets: Sequence[tuple[Expr, Expr]]) -> None:
        new = [(target, as_value(self.value(expr)).numbers) for target, expr in targets]
        for target, numbers in new:
            if isinstance(target, Attribute) and target.name == "grad":
                owner = self.value(target.value)
                _set_grad(owner, expand(numbers, owner.numbers.shape))
                continue
            owner = self.value(target)
            if not isinstance(owner, OracleLeaf):
                raise NotCovered("`set` on a tensor that is not a leaf")
            owner.change(expand(numbers, owner.numbers.shape))


def _recorded_grad(leaf: OracleLeaf) -> TensorValue | None:
    return None if leaf.grad is None else _tensor_value(leaf.grad.numbers)


def _set_grad(owner: Any, numbers: Array) -> None:
    if owner.grad is None:
        owner.grad = Gradient(numbers)
    else:
        owner.grad.numbers = numbers


def _targets_of(thing: Any) -> Iterator[Target]:
    if isinstance(thing, OracleValue):
        yield thing
    else:
        yield from leaves_of([thing])
