"""Looks for a fix of a student's file that makes it pass, by running candidates for it.

A candidate runs exactly as a submission does, but in children that mark nobody. On the visible case it is only asked whether
it passes. One that does is run again in a fresh child, on all cases and on others. Several mistakes need several steps: a
candidate that makes more steps right, and none worse, is kept, and the search goes on from its text.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cached_property
from itertools import islice

from grader.assess.diagnosis import NO_DIAGNOSIS, NOT_RUN, Diagnostician
from grader.assess.preparation import prepare
from grader.assess.prepared import Prepared, grade_with_replays
from grader.diagnosis.budget import (
    CANDIDATES_AFTER_FIRST,
    CANDIDATES_BEFORE_NEXT_STEP,
    ENOUGH_ACCEPTED,
    MOST_STEPS_OF_REPAIR,
    SECONDS_OF_CANDIDATE,
    CandidateBudget,
)
from grader.diagnosis.repair_choice import Progress, RepairStep, State, best_of, is_asked_for, progress_of, repaired_findings
from grader.diagnosis.repair_hints import repair_hints
from grader.diagnosis.without_proof import nothing_was_called
from grader.errors import SpecError
from grader.marking.compare import OpenReplays, compare
from grader.marking.grade import grade_of_comparisons, grade_without_calls
from grader.protocol.jobs import RepairJob, StudentJob, student_job
from grader.records.exercise import Limits
from grader.records.finding import Diagnosed
from grader.records.grade import Grade
from grader.records.repair import FixCandidate, edited
from grader.records.trace import Trace

OTHER_SEED = "{seed}/other numbers for fixes"


class Repairer:
    """Looks for fixes of files for one exercise."""

    def __init__(self, diagnostician: Diagnostician) -> None:
        self.diagnostician = diagnostician
        self.prepared, self.engine, self.settings = diagnostician.prepared, diagnostician.engine, diagnostician.settings
        limits = self.settings.limits or self.prepared.exercise.limits
        self.limits = Limits(min(limits.seconds, SECONDS_OF_CANDIDATE), limits.memory_mb)

    def with_fix(self, text: str, grade: Grade, traces: Sequence[Trace], diagnosed: Diagnosed) -> Diagnosed:
        """The findings, with the fix that was run if one was found."""
        if not self._is_worth_it(grade, traces):
            return diagnosed
        start = State(text, grade, traces[0], diagnosed.findings, self.progress(traces[0]))
        found = self._search(start)
        return diagnosed if found is None else replace(diagnosed, findings=repaired_findings(found, self.prepared.exercise))

    def _is_worth_it(self, grade: Grade, traces: Sequence[Trace]) -> bool:
        if grade.verdict in NO_DIAGNOSIS or not traces or self.prepared.exercise.kind == "predict":
            return False
        if any(trace.ending.how in NOT_RUN for trace in traces):
            return False
        return grade.error is not None or not nothing_was_called(traces)

    def _search(self, start: State) -> tuple[RepairStep, ...] | None:
        """The likeliest candidates for the text, then those for the text that the best of them leaves, then all others."""
        budget = CandidateBudget()
        with ExitStack() as opened:
            attempts = [opened.enter_context(closing(_Attempt(self, start, budget)))]
            while True:
                attempt = attempts[-1]
                if accepted := attempt.run(CANDIDATES_BEFORE_NEXT_STEP):
                    return self._chosen(attempt.state, accepted)
                if attempt.best is None or len(attempts) == MOST_STEPS_OF_REPAIR or budget.left <= 0:
                    break
                state = self._continued(attempt.state, *attempt.best)
                attempts.append(opened.enter_context(closing(_Attempt(self, state, budget))))
            for attempt in attempts:
                if accepted := attempt.run(budget.left):
                    return self._chosen(attempt.state, accepted)
        return None

    def _chosen(self, state: State, accepted: Sequence[FixCandidate]) -> tuple[RepairStep, ...] | None:
        best = best_of(accepted, state.findings, self.prepared.exercise)
        return None if best is None else (*state.steps, RepairStep(state, best))

    def _continued(self, state: State, candidate: FixCandidate, progress: Progress) -> State:
        """The text with this candidate, marked and diagnosed like a submission."""
        text = edited(state.text, candidate.edits)
        traces = self._traces(text, self.prepared.case_lines)
        grade = grade_with_replays(self.prepared, traces, self.engine, self.settings)
        diagnosed = self.diagnostician.diagnose(grade, traces)
        return State(text, grade, traces[0], diagnosed.findings, progress, (*state.steps, RepairStep(state, candidate)))

    def candidates(self, state: State, most: int) -> tuple[FixCandidate, ...]:
        """The candidates for a fix of a text, each of which leaves another text."""
        exercise = self.prepared.exercise
        hints = repair_hints(exercise, state.grade, state.trace, state.findings, self.prepared.leaves)
        made = self.engine.run_repair(RepairJob(state.text, hints, self.limits, most))
        texts = {state.text}
        found = []
        for each in made:
            text = edited(state.text, each.edits)
            if text not in texts:
                texts.add(text)
                found.append(each)
        return tuple(found)

    def passes_visible_case(self, trace: Trace) -> bool:
        """Does it pass on the numbers in the file? A call that only a replay can judge is judged later."""
        expected_runs = self._visible.expected_runs
        grade = grade_without_calls(expected_runs, (trace,)) or grade_of_comparisons(
            expected_runs, (trace,), compare(expected_runs, (trace,), OpenReplays({}))
        )
        return grade.verdict == "passed"

    def is_accepted(self, text: str) -> bool:
        """Does it pass in a fresh child, in all cases and in others?"""
        prepared = self._with_other_numbers
        traces = self._traces(text, prepared.case_lines)
        return grade_with_replays(prepared, traces, self.engine, self.settings).verdict == "passed"

    def progress(self, trace: Trace) -> Progress:
        """How far a text gets."""
        return progress_of(self._visible.expected_runs, trace)

    def job(self, text: str, cases: Sequence[bytes]) -> StudentJob:
        exercise = self.prepared.exercise
        return student_job(exercise, text, exercise.solution_path, cases, self.limits, self.prepared.leaves)

    def _traces(self, text: str, cases: Sequence[bytes]) -> tuple[Trace, ...]:
        with closing(self.engine.run_students((self.job(text, cases),))) as outcomes:
            return next(outcomes).traces

    @cached_property
    def _visible(self) -> Prepared:
        prepared = self.prepared
        return Prepared(prepared.exercise, prepared.cases[:1], prepared.expected[:1])

    @cached_property
    def _with_other_numbers(self) -> Prepared:
        """The cases, and one more with numbers from another seed."""
        prepared = self.prepared
        if len(prepared.cases) == 1:
            return prepared
        settings = replace(self.settings, seed=OTHER_SEED.format(seed=self.settings.seed), hidden=1)
        try:
            (other,) = prepare([prepared.exercise], self.engine, settings)
        except SpecError:  # this seed draws no usable case
            return prepared
        return Prepared(
            prepared.exercise,
            prepared.cases + other.cases[1:],
            prepared.expected + other.expected[1:],
            prepared.variants + other.variants,
        )


class _Attempt:
    """Runs the candidates for one text, some at a time.

    `best`: the one that gets furthest, if none passes and it is better than the text.
    """

    def __init__(self, repairer: Repairer, state: State, budget: CandidateBudget) -> None:
        self.repairer, self.state, self.budget = repairer, state, budget
        self.best: tuple[FixCandidate, Progress] | None = None
        self._runs = self._run_all()
        self._several = sum(bool(finding.misconceptions) for finding in state.findings) > 1

    def close(self) -> None:
        """End the child in which the candidates run."""
        self._runs.close()

    def run(self, most: int) -> list[FixCandidate]:
        """Run so many more candidates, or fewer if some are accepted: these, but only a few."""
        accepted: list[FixCandidate] = []
        for candidate, trace in islice(self._runs, most):
            if self.repairer.passes_visible_case(trace):
                if self.repairer.is_accepted(edited(self.state.text, candidate.edits)):
                    accepted.append(candidate)
                    break
            elif self._is_progress(candidate, trace) and self._several and is_asked_for(candidate, self.state.findings):
                return []  # each of several mistakes needs its own step
        if accepted and not self._is_enough(accepted):
            self._find_better(accepted)
        return accepted

    def _find_better(self, accepted: list[FixCandidate]) -> None:
        for candidate, trace in islice(self._runs, CANDIDATES_AFTER_FIRST):
            if self.repairer.passes_visible_case(trace) and self.repairer.is_accepted(edited(self.state.text, candidate.edits)):
                accepted.append(candidate)
                if self._is_enough(accepted):
                    return

    def _is_enough(self, accepted: Sequence[FixCandidate]) -> bool:
        if len(accepted) >= ENOUGH_ACCEPTED:
            return True
        return accepted[-1].size == 1 and is_asked_for(accepted[-1], self.state.findings)

    def _run_all(self) -> Generator[tuple[FixCandidate, Trace], None, None]:
        """Each candidate and what it does on the visible case, as far as the budget allows."""
        candidates = self.repairer.candidates(self.state, self.budget.left) if self.budget.left else ()
        case = self.repairer.prepared.case_lines[:1]
        jobs = [self.repairer.job(edited(self.state.text, each.edits), case) for each in candidates]
        if not jobs:
            return
        with closing(self.repairer.engine.run_students(jobs)) as outcomes:
            for candidate, outcome in zip(candidates, outcomes, strict=False):
                trace = outcome.traces[0]
                self.budget.tried(len(trace.calls), timed_out=trace.ending.how == "timeout")
                yield candidate, trace
                if self.budget.left <= 0:
                    return

    def _rank(self, candidate: FixCandidate, progress: Progress) -> tuple[object, ...]:
        return progress.key, not is_asked_for(candidate, self.state.findings), not candidate.causes, candidate.size

    def _is_progress(self, candidate: FixCandidate, trace: Trace) -> bool:
        progress = self.repairer.progress(trace)
        if not progress.is_better_than(self.state.progress):
            return False
        if best_of([candidate], self.state.findings, self.repairer.prepared.exercise) is None:
            return False
        if self.best is None or self._rank(candidate, progress) < self._rank(*self.best):
            self.best = candidate, progress
        return True
