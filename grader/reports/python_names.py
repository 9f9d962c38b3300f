"""What the steps of an exercise need and its function is not given, as the first lines of the student's function."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from grader.expressions import names
from grader.records.exercise import Data, DataNames, Exercise, Written
from grader.reports.python_expressions import Spelling


@dataclass(frozen=True, slots=True)
class Declarations:
    """Data that is no parameter is taken out of the lists that are, or written down; optimizers are built."""

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
        dtype = f", dtype=torch.{data.dtype}" if data.dtype not in (None, "float32") else ""
        return f"torch.tensor({_literal(data.value)}{dtype})"

    def _list(self, items: DataNames) -> str:
        texts = (self._list(item) if isinstance(item, tuple) else self._constant(item) for item in items)
        return f"[{', '.join(texts)}]"


def is_plain_number(data: Data) -> bool:
    """Is this a Python number, and no tensor or list?"""
    return data.names is None and data.dtype is None and not isinstance(data.value, tuple)


def _literal(value: Written) -> str:
    return f"[{', '.join(map(_literal, value))}]" if isinstance(value, tuple) else repr(value)
