"""Marks one student's traces in rounds: what two traces do not show is asked of the reference, and marked again.

Until it is answered, an open question counts in the student's favour, so the replays of the best alignment are asked for
first. If their answers change the alignment again and again, all replays that it can depend on are asked for. In a long trace
these are too many: there, only calls that have been asked about can count as right. In any case a mark depends on the trace
alone, and every call that counts as right has been seen to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.marking.compare import Comparison, OpenReplays, Representative, cases_compared_together, itself
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_of_comparisons, grade_without_calls
from grader.records.grade import Grade
from grader.records.trace import ReplayRequest, State, Trace

# So many rounds ask for the pairs of the best alignment only.
ROUNDS_OF_PAIRS = 4


class Marker:
    """While `requests` has some, `answer` them; then `grade` is final. `representative`: see `OpenReplays`."""

    def __init__(self, expected_runs: ExpectedRuns, observed: Sequence[Trace], representative: Representative = itself) -> None:
        self._expected_runs, self._observed, self._representative = expected_runs, observed, representative
        self._without_calls = grade_without_calls(expected_runs, observed)
        self._alike = () if self._without_calls else cases_compared_together(expected_runs, observed)
        self._answers: dict[ReplayRequest, State | None] = {}
        self._comparisons: tuple[Comparison, ...] = ()
        self._round = 0
        self.requests: tuple[ReplayRequest, ...] = ()
        self._compare()

    def answer(self, states: Mapping[ReplayRequest, State]) -> None:
        """Take what the requested replays left; a request without a state cannot be replayed."""
        self._answers.update((request, states.get(request)) for request in self.requests)
        self._compare()

    def grade(self) -> Grade:
        """Verdict, score and rows."""
        if self._without_calls is not None:
            return self._without_calls
        return grade_of_comparisons(self._expected_runs, self._observed, self._comparisons)

    def _compare(self) -> None:
        ask_for_pairs = self._round < ROUNDS_OF_PAIRS
        self._round += 1
        comparisons, requests = [], dict[ReplayRequest, None]()
        for alike in self._alike:
            replays = OpenReplays(self._answers, self._representative, closed=alike.is_long and not ask_for_pairs)
            comparison = alike.compare(self._expected_runs, replays)
            comparisons.append(comparison)
            if ask_for_pairs:
                requests |= alike.waiting(self._expected_runs, comparison, replays)
            else:
                requests |= replays.waiting
        self._comparisons = tuple(comparisons)
        self.requests = tuple(requests)
