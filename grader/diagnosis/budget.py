"""What a diagnosis may cost. It is counted in work, so that the same file always gets the same findings.

A performed step is 50 of work, each tensor that it writes 10, and each number in it 1; comparing two numbers is 1. A unit
takes about 3 microseconds of CPU time. A limit on CPU time stops what this count does not see.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.records.trace import ReferenceRun, State

STEP, TENSOR, NUMBER = 50, 10, 1
# About a second of CPU time. In the course, all wrong programs of the largest exercise take half of it.
ENOUGH_WORK = 300_000
MOST_SECONDS = 60.0

# Looking for a fix. A candidate takes about 15 ms of CPU time, so 100 of them take less than 2 s. A program with more calls
# than `CALLS_OF_CANDIDATE` counts as several candidates. One that used up its time counts as many: its time is limited too.
MOST_CANDIDATES = 100
CALLS_OF_CANDIDATE = 100
CANDIDATES_OF_TIMEOUT = 30
SECONDS_OF_CANDIDATE = 0.5
# More than three edits are another program, not a fix.
MOST_STEPS_OF_REPAIR = 3
# A fix that is the last of many candidates is rarely the one that a teacher would give, so a second step is tried before it.
CANDIDATES_BEFORE_NEXT_STEP = 40
# After the first accepted candidate only a few more are tried, because a better one is usually near.
ENOUGH_ACCEPTED, CANDIDATES_AFTER_FIRST = 3, 10


@dataclass(slots=True)
class Budget:
    """What is left of the work that one part of a diagnosis may do. `ended`: something was left out because of it."""

    left: int
    seconds: float = MOST_SECONDS
    ended: bool = False
    _begun: float = field(default_factory=time.thread_time)

    @classmethod
    def for_cases(cls, costs: Costs, cases: int, times: int) -> Budget:
        """Enough work or, if that is more, so many times the right program in every case."""
        return cls(max(ENOUGH_WORK, times * cases * costs.right))

    def take(self, work: int) -> bool:
        """Do so much work; False if there is not enough left, and then it must not be done."""
        if work > self.left or time.thread_time() - self._begun > self.seconds:
            self.ended = True
            return False
        self.left -= work
        return True


@dataclass(slots=True)
class CandidateBudget:
    """How many candidates for a fix may still be tried."""

    left: int = MOST_CANDIDATES

    def tried(self, calls: int, *, timed_out: bool = False) -> None:
        """One more candidate was run, and it made so many calls."""
        self.left = max(0, self.left - (CANDIDATES_OF_TIMEOUT if timed_out else 1 + calls // CALLS_OF_CANDIDATE))


@dataclass(frozen=True, slots=True)
class Costs:
    """The work of one exercise: of a step on average, of the right program on one case, and of setting up a case."""

    step: int
    right: int
    setup: int

    def of_program(self, steps: int) -> int:
        return self.setup + steps * self.step


@dataclass(frozen=True, slots=True)
class AlignmentBudgets:
    """The budgets for reading an alignment as edits: for comparing numbers, for replays, and for proving programs."""

    comparisons: Budget
    replays: Budget
    proofs: Budget

    @classmethod
    def for_cases(cls, costs: Costs, cases: int) -> AlignmentBudgets:
        return cls(*(Budget.for_cases(costs, cases, times) for times in (2, 2, 4)))

    @property
    def ended(self) -> bool:
        return any(each.ended for each in (self.comparisons, self.replays, self.proofs))


def costs_of(run: ReferenceRun) -> Costs:
    """The costs of an exercise. `run`: the right program on the visible case."""
    work = sum(STEP + (work_of_leaves(done.call.after, done.call.touched) if done.call else 0) for done in run.steps)
    setup = work_of_leaves(run.before, run.before)
    return Costs(-(-work // max(1, len(run.steps))), work + setup, setup)


def work_of_leaves(state: State, names: Iterable[str]) -> int:
    """The work of writing these leaves, or of comparing them."""
    return sum(TENSOR + NUMBER * len(state[name].value.data) for name in names)
