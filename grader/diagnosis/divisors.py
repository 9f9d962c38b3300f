"""The number that a loss is divided by, if it follows from the numbers and the lengths in the file."""

from __future__ import annotations

from grader.expressions.tree import Binary, Expr, FunctionCall, Name, Number, Subscript
from grader.records.exercise import Data, Exercise


def divisor_of(exercise: Exercise, loss: Expr) -> float | None:
    """The divisor in the last division of a loss: in `mean(…) / len(batches)` the number of batches."""
    if isinstance(loss, Binary) and loss.operator == "/":
        return _number_of(exercise, loss.right)
    return None


def _number_of(exercise: Exercise, expr: Expr) -> float | None:
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
    found = _items(_find(exercise, thing))
    return len(found) if isinstance(found, tuple) else None


def _items(found: object) -> object:
    """What is in a Data: its names if it is a list, else its value. Anything else is returned as it is."""
    if isinstance(found, Data):
        return found.names if found.names is not None else found.value
    return found


def _find(exercise: Exercise, thing: Expr) -> object:
    """What a name or a subscript refers to: data, or a part of its names or of its numbers. None if the file does not say it."""
    match thing:
        case Name(id=name):
            return exercise.setup.data.get(name)
        case Subscript(value=value, index=Number(value=int(index))):
            whole = _items(_find(exercise, value))
            part = whole[index] if isinstance(whole, tuple) and index < len(whole) else None
            return exercise.setup.data.get(part) if isinstance(part, str) else part
    return None
