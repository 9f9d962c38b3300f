"""Steps as the file writes them, read but not yet unrolled: expressions parsed, loops still loops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from grader.records.exercise import Action, Expectation, Verb
from grader.spec.expressions_in_file import Use
from grader.spec.places import KeyPath


@dataclass(frozen=True)
class WrittenStep:
    """`always` holds after every pass; `passes`, if it is given, has one entry for each.

    `uses` are the action's expressions with their places, `looks` those of `expect`; `binds` what a `let` names.
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


@dataclass(frozen=True)
class WrittenLoop:
    """`for names in over: body`."""

    names: tuple[str, ...]
    over: Use
    body: tuple[WrittenItem, ...]
    path: KeyPath


WrittenItem: TypeAlias = WrittenStep | WrittenLoop


def steps_of(written: Iterable[WrittenItem]) -> Iterator[WrittenStep]:
    """Every step, those in loops too, in the order written."""
    for each in written:
        if isinstance(each, WrittenLoop):
            yield from steps_of(each.body)
        else:
            yield each
