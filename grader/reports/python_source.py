"""Programs of steps as the Python module that a student would hand in, with one line for each call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import fields

from grader.expressions.tree import Expr, names
from grader.records.exercise import Action, Exercise, OptimizerStep, Step
from grader.records.nesting import in_brackets, nested
from grader.records.trace import ExceptionClass, TensorValue, Value
from grader.reports.python_expressions import uses_functional
from grader.reports.python_names import Declarations, names_taken, spelling_of
from grader.reports.python_steps import INDENT, StepWriter


def python_source(exercise: Exercise, steps: Sequence[Step]) -> str:
    """A module whose function performs the steps, and returns what the exercise asks for if the steps make it.

    Raises ValueError where no student could write them: a `code` step, or a leaf that the function is not given.
    """
    actions = [step.action for step in steps]
    taken = names_taken(exercise, actions)
    spelling = spelling_of(exercise, actions, taken)
    returns = _returns(exercise, taken)
    used = [*expressions_of(actions), *returns]
    body = [
        *Declarations(exercise, spelling).lines(_mentioned(used, actions)),
        *_lines(StepWriter(exercise.setup, spelling, taken), actions),
        *_return(exercise, [spelling.text(expr) for expr in returns]),
    ]
    short = spelling.functional == "F" and any(map(uses_functional, used))
    imports = ["import torch", *(["import torch.nn.functional as F"] if short else [])]
    return "\n".join([*imports, "", "", f"def {_signature(exercise)}:", *_indented(body or ["pass"]), ""])


def predict_source(exercise: Exercise, answers: Sequence[tuple[Value, ...] | ExceptionClass]) -> str:
    """A module whose `predict()` gives these answers: for each step that asks, what its `expect`s are worth, in their
    order, or the class of the exception that it raises. Raises ValueError for a value that no student could write.
    """
    asking = [step for step in exercise.steps if step.expect or step.raises is not None]
    alone = len({each.text for step in asking for each in step.expect}) == 1
    entries = [f"{_entry(step, answer, alone)}," for step, answer in zip(asking, answers, strict=False)]
    return "\n".join([f"def {_signature(exercise)}:", *_indented(["return [", *_indented(entries), "]"]), ""])


def _mentioned(used: Sequence[Expr], actions: Sequence[Action]) -> set[str]:
    stepped = {action.optimizer for action in actions if isinstance(action, OptimizerStep)}
    return stepped | {name.id for expr in used for name in names(expr)}


def expressions_of(value: object) -> Iterator[Expr]:
    """Every expression in an action, or in a sequence of them."""
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, Action):
        for each in fields(value):
            yield from expressions_of(getattr(value, each.name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from expressions_of(item)


def _lines(writer: StepWriter, actions: Sequence[Action]) -> Iterator[str]:
    for action in actions:
        yield from writer.lines(action)


def _returns(exercise: Exercise, taken: Set[str]) -> tuple[Expr, ...]:
    """What to return; nothing if something in it has no value, as in a program that lacks the step which makes it."""
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
