"""What a loss is divided by, where that can be told from the numbers and the lengths in the file."""

from __future__ import annotations

from grader.expressions.tree import Binary, Expr, FunctionCall, Name, Number, Subscript
from grader.records.exercise import Data, Exercise


def divisor_of(exercise: Exercise, loss: Expr) -> float | None:
    """The number behind the last division of a loss: `mean(…) / len(batches)` is divided by how many batches there are."""
    if isinstance(loss, Binary) and loss.operator == "/":
        return _number(exercise, loss.right)
    return None


def _number(exercise: Exercise, expr: Expr) -> float | None:
    match expr:
        case Number(value=value):
            return float(value)
        case Name(id=name) if name in exercise.setup.data:
            number = exercise.setup.data[name].value
            return float(number) if isinstance(number, int | float) else None
        case FunctionCall(function=Name(id="len"), arguments=(thing,)):
            length = _length(exercise, thing)
            return None if length is None else float(length)
    return None


def _length(exercise: Exercise, thing: Expr) -> int | None:
    found = _find(exercise, thing)
    if isinstance(found, Data):
        found = found.names if found.names is not None else found.value
    return len(found) if isinstance(found, tuple) else None


def _find(exercise: Exercise, thing: Expr) -> object:
    """What a name or subscript names, as far as the file says it: data, a part of its names or of its numbers."""
    match thing:
        case Name(id=name):
            return exercise.setup.data.get(name)
        case Subscript(value=value, index=Number(value=int(index))):
            whole = _find(exercise, value)
            if isinstance(whole, Data):
                whole = whole.names if whole.names is not None else whole.value
            part = whole[index] if isinstance(whole, tuple) and index < len(whole) else None
            return exercise.setup.data.get(part) if isinstance(part, str) else part
    return None
