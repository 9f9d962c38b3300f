"""The result of `check` for one exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.errors import Problem

# Does a file beside the exercise do what it should? `unknown`: it could not be tried.
ProofState: TypeAlias = Literal["right", "wrong", "missing", "unknown"]

Oracle: TypeAlias = Literal["ledger", "sympy", "batch"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One exercise. It is proven if `problems` is empty; `notes` are suggestions for its author.

    `named`: how many of the `mistakes` in the file fail and get the misconception that they declare. `oracles`: those that
    agree with the reference run; `silent` maps each of the others to the reason why it has no answer. Of the mutants,
    `distinguished` differ from the right program on the numbers in the file, `survived` only on others, `equivalent` never.
    """

    exercise: str
    reference: ProofState = "unknown"
    starter: ProofState = "unknown"
    named: int = 0
    mistakes: int = 0
    oracles: tuple[Oracle, ...] = ()
    silent: Mapping[Oracle, str] = field(default_factory=dict)
    distinguished: int = 0
    survived: int = 0
    equivalent: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def is_proven(self) -> bool:
        return not self.problems
