"""What a rule proposes: changes of the text, the mistakes that they undo, and how likely they are."""

from __future__ import annotations

from dataclasses import dataclass

# How likely a proposal is to be the fix, if the trace says nothing about its line.
SIGN = 10  # the text itself shows the mistake
LIKELY = 20
POSSIBLE = 30
UNLIKELY = 40
MATERIAL = 55  # taken from a right solution
LAST_RESORT = 60


@dataclass(frozen=True, slots=True, order=True)
class TextChange:
    """The characters from `start` to `end` of the file become `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change of a file, at one or more places.

    `why`: the key of the sentence that explains it. `causes`: the misconceptions that it undoes, the most exact first.
    `group`: proposals of a rule with the same group, at different places, are also proposed together; "" for none.
    """

    changes: tuple[TextChange, ...]
    why: str
    causes: tuple[str, ...] = ()
    rank: int = POSSIBLE
    group: str = ""
