"""The names of an exercise in Python: which names are taken, how expressions are spelled, how a tensor is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.diagnosis.as_python.expressions import Spelling
from grader.expressions.tree import Expr, ListOf
from grader.records.exercise import Action, Code, Data, Exercise, Let, WrittenValue

_WORD = re.compile(r"[A-Za-z_]\w*")


def names_taken(exercise: Exercise, actions: Sequence[Action]) -> frozenset[str]:
    """The names that have a meaning in the function. Every word of a `code` step counts, because it may be a name."""
    setup = exercise.setup
    words = {word for action in actions if isinstance(action, Code) for word in _WORD.findall(action.source)}
    declared = {*setup.data, *setup.modules, *setup.optimizers, *(name for name in setup.tensors if "." not in name)}
    return frozenset(declared | words | {name for name, _ in _lets(actions)})


def spelling_of(exercise: Exercise, actions: Sequence[Action], taken: frozenset[str]) -> Spelling:
    """How a module with these actions spells its expressions."""
    data = exercise.setup.data
    lists = {name for name, each in data.items() if each.names is not None}
    return Spelling(
        functional="torch.nn.functional" if "F" in taken else "F",
        numbers=frozenset(name for name, each in data.items() if is_plain_number(each)),
        lists=frozenset(lists | {name for name, value in _lets(actions) if isinstance(value, ListOf)}),
    )


def _lets(actions: Sequence[Action]) -> list[tuple[str, Expr]]:
    return [pair for action in actions if isinstance(action, Let) for pair in action.names]


def torch_tensor(value: WrittenValue, dtype: str | None, *options: str) -> str:
    """The call of torch.tensor that makes these numbers."""
    dtypes = [] if dtype in (None, "float32") else [f"dtype=torch.{dtype}"]
    return f"torch.tensor({', '.join([_literal(value), *dtypes, *options])})"


def is_plain_number(data: Data) -> bool:
    """Is this a Python number, rather than a tensor or a list?"""
    return data.names is None and data.dtype is None and not isinstance(data.value, tuple)


def _literal(value: WrittenValue) -> str:
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, tuple) else repr(value)
