"""What `check` has found out about one exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from grader.errors import Problem

# A file beside the exercise does what it should, or does not, or is missing; `unknown`: there was nothing to try it on.
ProofState: TypeAlias = Literal["right", "wrong", "missing", "unknown"]

Oracle: TypeAlias = Literal["ledger", "sympy", "batch"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One exercise. It is proven if nothing is in `problems`; `notes` are for its author to think about.

    `named` of the `mistakes` in the file fail and are diagnosed as what they say. `oracles` agree with the reference
    run; `silent` says of the others why they cannot say anything. Of the wrong programs that the operators make,
    `told_apart` differ on the numbers in the file, `survived` only on others, `equivalent` on none.
    """

    exercise: str
    reference: ProofState = "unknown"
    starter: ProofState = "unknown"
    named: int = 0
    mistakes: int = 0
    oracles: tuple[Oracle, ...] = ()
    silent: Mapping[Oracle, str] = field(default_factory=dict)
    told_apart: int = 0
    survived: int = 0
    equivalent: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    seconds: float = 0.0

    @property
    def is_proven(self) -> bool:
        return not self.problems
