"""Steps as they are in the file: their expressions are parsed, but loops are not unrolled yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from grader.records.exercise import Action, Expectation, Verb
from grader.spec.expressions_in_file import Use
from grader.spec.places import KeyPath


@dataclass(frozen=True)
class WrittenStep:
    """One step of the file; `Step` explains the fields that both have.

    `uses`: the expressions of the action with their places; `looks`: those of `expect`. `binds`: the names that a `let` or
    `code` binds. `always`: what is expected after every pass; `passes`, if it is given: what is expected after each.
    """

    verb: Verb
    action: Action
    number: int
    text: str
    path: KeyPath
    uses: tuple[Use, ...] = ()
    looks: tuple[Use, ...] = ()
    binds: tuple[str, ...] = ()
    always: tuple[Expectation, ...] = ()
    passes: tuple[tuple[Expectation, ...], ...] | None = None
    raises: str | None = None
    optional: bool = False
    points: float = 1.0
    note: str = ""
    loss: str = ""
    needs_grad: bool = False
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True)
class WrittenLoop:
    """`for names in over: body`."""

    names: tuple[str, ...]
    over: Use
    body: tuple[WrittenItem, ...]
    path: KeyPath


WrittenItem: TypeAlias = WrittenStep | WrittenLoop


def steps_of(written: Iterable[WrittenItem]) -> Iterator[WrittenStep]:
    """Every step, also those in loops, in the order of the file."""
    for each in written:
        if isinstance(each, WrittenLoop):
            yield from steps_of(each.body)
        else:
            yield each
