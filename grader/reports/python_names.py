"""The names of an exercise in Python: which are taken, how they are spelled, and the lines that declare them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from grader.expressions.tree import Expr, ListOf, names
from grader.records.exercise import Action, Code, Data, DataNames, Exercise, Let, WrittenValue
from grader.reports.python_expressions import Spelling

_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the steps need and the student's function is not given, as its first lines: data that is no parameter is taken
    out of the lists that are, or written down; optimizers are built.
    """

    exercise: Exercise
    spelling: Spelling

    def lines(self, wanted: Set[str]) -> Iterator[str]:
        """One line for each of these names that needs one. Raises ValueError for a leaf that cannot be reached."""
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
        """What stands in the lists that the function is given: `X1` is `batches[0][0]`."""
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


def names_taken(exercise: Exercise, actions: Sequence[Action]) -> frozenset[str]:
    """The names that mean something in the function, or may: every word of a `code` step."""
    setup = exercise.setup
    said = {word for action in actions if isinstance(action, Code) for word in _WORD.findall(action.source)}
    declared = {*setup.data, *setup.modules, *setup.optimizers, *(name for name in setup.tensors if "." not in name)}
    return frozenset(declared | said | {name for name, _ in _lets(actions)})


def spelling_of(exercise: Exercise, actions: Sequence[Action], taken: frozenset[str]) -> Spelling:
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
    """The call that makes a tensor of these numbers."""
    said = [] if dtype in (None, "float32") else [f"dtype=torch.{dtype}"]
    return f"torch.tensor({', '.join([_literal(value), *said, *options])})"


def is_plain_number(data: Data) -> bool:
    """Is this a Python number, and no tensor or list?"""
    return data.names is None and data.dtype is None and not isinstance(data.value, tuple)


def _literal(value: WrittenValue) -> str:
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, tuple) else repr(value)
