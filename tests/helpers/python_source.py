"""Programs of steps as the Python module that a student would submit, with one line for each call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from grader.diagnosis.as_python.expressions import Spelling, expressions_of
from grader.diagnosis.as_python.names import is_plain_number, torch_tensor
from grader.diagnosis.as_python.steps import INDENT, step_writer
from grader.expressions.tree import Expr, names
from grader.records.exercise import Action, DataNames, Exercise, OptimizerStep, Step
from grader.records.nesting import in_brackets, nested
from grader.records.trace import ExceptionClass, TensorValue, Value


def python_source(exercise: Exercise, steps: Sequence[Step]) -> str:
    """A module whose function performs the steps, and returns what the exercise expects if the steps make it.

    Raises ValueError if no student could write them: for a `code` step, or a leaf that the function does not get.
    """
    actions = [step.action for step in steps]
    writer = step_writer(exercise, actions)
    returns = _returns(exercise, writer.taken)
    used = [*expressions_of(actions), *returns]
    body = [
        *Declarations(exercise, writer.spelling).lines(_mentioned(used, actions)),
        *(line for action in actions for line in writer.lines(action)),
        *_return(exercise, [writer.spelling.text(expr) for expr in returns]),
    ]
    header = [*writer.spelling.imports(used), "", "", f"def {_signature(exercise)}:"]
    return "\n".join([*header, *_indented(body or ["pass"]), ""])


def predict_source(exercise: Exercise, answers: Sequence[tuple[Value, ...] | ExceptionClass]) -> str:
    """A module whose `predict()` gives these answers. Raises ValueError for a value that no student could write.

    An answer belongs to each step with `expect` or `raises`: the values of its `expect`s, or the class of its exception.
    """
    asking = [step for step in exercise.steps if step.expect or step.raises is not None]
    alone = len({each.text for step in asking for each in step.expect}) == 1
    entries = [f"{_entry(step, answer, alone)}," for step, answer in zip(asking, answers, strict=False)]
    return "\n".join([f"def {_signature(exercise)}:", *_indented(["return [", *_indented(entries), "]"]), ""])


@dataclass(frozen=True, slots=True)
class Declarations:
    """The first lines of the function: they make what the steps need and the function does not get.

    Data comes out of the lists that are parameters, or is written down. Optimizers are built.
    """

    exercise: Exercise
    spelling: Spelling

    def lines(self, wanted: Set[str]) -> Iterator[str]:
        """One line for each of these names that needs one. Raises ValueError for a leaf that the function cannot reach."""
        setup = self.exercise.setup
        own = [name for name in setup.optimizers if name in wanted and name not in self.exercise.parameters]
        needed = wanted | {name.id for optimizer in own for name in names(setup.optimizers[optimizer])}
        reachable = dict(self._reachable())
        for name in (*setup.data, *setup.tensors):
            if name in needed and name not in self.exercise.parameters:
                yield f"{name} = {reachable.get(name) or self._constant(name)}"
        for name in own:
            yield f"{name} = {self.spelling.text(setup.optimizers[name])}"

    def _reachable(self) -> Iterator[tuple[str, str]]:
        """The items of the lists that are parameters: `X1` is `batches[0][0]`."""
        for parameter in self.exercise.parameters:
            data = self.exercise.setup.data.get(parameter)
            if data is not None and data.names is not None:
                yield from self._listed(data.names, parameter)

    def _listed(self, items: DataNames, path: str) -> Iterator[tuple[str, str]]:
        for index, item in enumerate(items):
            here = f"{path}[{index}]"
            if isinstance(item, tuple):
                yield from self._listed(item, here)
                continue
            yield item, here
            inner = self.exercise.setup.data.get(item)
            if inner is not None and inner.names is not None:
                yield from self._listed(inner.names, here)

    def _constant(self, name: str) -> str:
        if name in self.exercise.parameters:
            return name
        data = self.exercise.setup.data.get(name)
        if data is None:
            raise ValueError(f"`{name}` is no parameter of `{self.exercise.function}`: steps that need it cannot be written")
        if data.names is not None:
            return self._list(data.names)
        if is_plain_number(data):
            return repr(data.value)
        return torch_tensor(data.value, data.dtype)

    def _list(self, items: DataNames) -> str:
        texts = (self._list(item) if isinstance(item, tuple) else self._constant(item) for item in items)
        return f"[{', '.join(texts)}]"


def _mentioned(used: Sequence[Expr], actions: Sequence[Action]) -> set[str]:
    stepped = {action.optimizer for action in actions if isinstance(action, OptimizerStep)}
    return stepped | {name.id for expr in used for name in names(expr)}


def _returns(exercise: Exercise, taken: Set[str]) -> tuple[Expr, ...]:
    """What to return; nothing if the steps do not make all of it."""
    returns = exercise.returns
    every = returns if isinstance(returns, tuple) else () if returns is None else (returns,)
    return every if all(name.id in taken for expr in every for name in names(expr)) else ()


def _return(exercise: Exercise, texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    return [f"return [{', '.join(texts)}]" if isinstance(exercise.returns, tuple) else f"return {texts[0]}"]


def _signature(exercise: Exercise) -> str:
    return f"{exercise.function}({', '.join(exercise.parameters)})"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"{INDENT}{line}" for line in lines]


def _entry(step: Step, answer: tuple[Value, ...] | ExceptionClass, alone: bool) -> str:
    if isinstance(answer, ExceptionClass):
        return answer.name
    if alone and len(answer) == 1:
        return _value(answer[0])
    return _mapping({each.text: value for each, value in zip(step.expect, answer, strict=True)})


def _value(value: Value) -> str:
    match value:
        case TensorValue(shape=shape, data=data):
            return str(nested([_number(number) for number in data], shape, in_brackets))
        case Mapping():
            return _mapping(value)
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case str():
            return json.dumps(value)
        case None | bool() | int():
            return repr(value)
        case float():
            return _number(value)
    raise ValueError(f"{value!r} cannot be written as an answer")


def _mapping(values: Mapping[str, Value]) -> str:
    return f"{{{', '.join(f'{json.dumps(name)}: {_value(value)}' for name, value in values.items())}}}"


def _number(number: float) -> str:
    """To the seven digits that a float32 has."""
    text = repr(float(f"{number:.7g}"))
    return text if text[-1].isdigit() else f'float("{text}")'
