"""Diagnosing one exercise: which wrong programs are known, what they leave, and what explains a student's trace.

Mutants are run once, on the visible case; on the hidden cases only those that a trace makes likely. What is known is
kept, so a class of hundreds pays for it once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

from grader.assess.prepared import Prepared, Settings, replay, run_reference
from grader.diagnosis import diagnose as decide
from grader.diagnosis.changes import changes
from grader.diagnosis.contributions import contribution_of
from grader.diagnosis.diagnose import Explained
from grader.diagnosis.edits import StepEdit, edits_between
from grader.diagnosis.explain import Footprint, explains, footprint, may_explain, runnable, same_footprint
from grader.diagnosis.labels import Evidence, Known, Label, labels
from grader.diagnosis.mutations import Mutant, mutants
from grader.diagnosis.mutations.backward import last_pass
from grader.diagnosis.rewrite import rewritten, with_recorded
from grader.engines import Engine
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Replays
from grader.marking.grade import MOST_REPLAYS
from grader.protocol import Program, program
from grader.records.exercise import Step
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, Trace

NO_TRACE = ("passed", "memory", "crashed", "timeout", "grader_error", "not_started", "not_found")
NOT_RUN = ("not-loaded", "no-function", "wrong-signature")


class Diagnostician:
    """Knows one exercise with its cases, and learns its wrong programs when the first student fails."""

    def __init__(self, prepared: Prepared, engine: Engine, settings: Settings) -> None:
        self.prepared, self.engine, self.settings = prepared, engine, settings
        self._full: dict[int, tuple[ReferenceRun, ...]] = {}

    def diagnose(self, mark: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The findings for a student who did not pass; none where nothing can honestly be said."""
        if mark.verdict in NO_TRACE or len(traces) == 0 or any(trace.ending.how in NOT_RUN for trace in traces):
            return ()
        exercise = self.prepared.exercise
        explained = self._explaining(traces)
        error = mark.error
        if error is not None:
            message = decide.from_message(error, traces, explained)
            if message is not None:
                return (message,)
        if exercise.returns is not None and decide.is_packed(exercise, self.prepared.expected, mark, traces):
            return (replace(decide.unproven("not-unpacked", mark), proven=True),)
        if decide.is_hard_coded(exercise, mark, traces):
            return (decide.unproven("hard-coded", mark),)
        foreseen = any(each.mutant.authored for each in explained)
        if exercise.kind == "predict" and not foreseen and decide.takes_none_for_zero(mark, bool(explained)):
            return (decide.unproven("none-is-zero", mark),)
        if explained:
            return (decide.from_mutants(exercise, explained, mark, traces),)
        if error is not None or exercise.kind == "predict":
            return ()
        return self._aligned(mark, traces)

    @cached_property
    def mutants(self) -> tuple[tuple[Mutant, tuple[Step, ...], ReferenceRun], ...]:
        """The known wrong programs, as the reference performs them, and what each leaves on the visible case."""
        exercise = self.prepared.exercise
        made = [(mutant, runnable(exercise, mutant.steps)) for mutant in mutants(exercise)]
        visible = self.prepared.cases[0]
        programs = [program(exercise, steps, visible) for _, steps in made]
        half = len(programs) // 2
        with ThreadPoolExecutor(2) as pool:  # there are hundreds: two children are done sooner than one
            runs = [run for part in pool.map(self._run, (programs[:half], programs[half:])) for run in part]
        return tuple((mutant, steps, run) for (mutant, steps), run in zip(made, runs, strict=True))

    def in_all_cases(self, numbers: Sequence[int]) -> Mapping[int, tuple[ReferenceRun, ...]]:
        """What these mutants leave in every case; those not yet known are performed together."""
        unknown = [number for number in numbers if number not in self._full]
        hidden = self.prepared.cases[1:]
        programs = [self.mutants[number][1] for number in unknown]
        runs = self._run([program(self.prepared.exercise, steps, case) for steps in programs for case in hidden])
        for place, number in enumerate(unknown):
            own = runs[place * len(hidden) : (place + 1) * len(hidden)]
            self._full[number] = (self.mutants[number][2], *own)
        return {number: self._full[number] for number in numbers}

    def _explaining(self, traces: Sequence[Trace]) -> list[Explained]:
        exercise = self.prepared.exercise
        seen = footprint(traces[0].calls)
        likely = [number for number in range(len(self.mutants)) if self._is_likely(number, traces[0], seen)]
        found = []
        for number, runs in self.in_all_cases(likely).items():
            mutant, steps, _ = self.mutants[number]
            passed = explains(exercise, steps, runs, traces)
            if passed is not None:
                found.append(Explained(mutant, steps, passed, changes(exercise.steps, steps, passed)))
        return found

    def _is_likely(self, number: int, trace: Trace, seen: Footprint) -> bool:
        """Does the mutant explain the visible case? The quick looks come first."""
        exercise = self.prepared.exercise
        _, steps, visible = self.mutants[number]
        if exercise.kind != "predict" and not same_footprint(self._footprints[number], seen):
            return False
        return may_explain(exercise, visible, trace) and explains(exercise, steps, (visible,), (trace,)) is not None

    @cached_property
    def _footprints(self) -> tuple[Footprint, ...]:
        return tuple(footprint([done.call for done in run.steps if done.call is not None]) for _, _, run in self.mutants)

    def _aligned(self, mark: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The clearest proven alignment: with all steps, or with those only that may not be left out."""
        proven = [found for prepared in self._readings() if (found := self._proven(prepared, mark, traces))]
        if not proven or min(map(len, proven)) >= decide.MOST_FINDINGS:
            proven += self._without_the_last_pass(mark, traces)
        if not proven:
            return (decide.unproven("nothing-called" if decide.called_nothing(traces) else None, mark),)
        return min(proven, key=decide.vagueness)

    def _readings(self) -> list[Prepared]:
        whole = self.prepared
        optional = whole.expected_runs.optional
        return [whole, _without(whole, optional)] if optional else [whole]

    def _without_the_last_pass(self, mark: Grade, traces: Sequence[Trace]) -> list[tuple[Finding, ...]]:
        """Whoever leaves out the last pass of the data, and makes another mistake in the rest."""
        gone = last_pass(self.prepared.exercise)
        asked = sum(step.verb == "backward" for index, step in enumerate(self.prepared.exercise.steps) if index not in gone)
        if sum(call.kind == "backward" for call in traces[0].calls) > asked:
            return []
        found = self._proven(_without(self.prepared, gone), mark, traces) if gone else ()
        if not found or any(decide.is_vague(each) for each in found):
            return []
        return [(*found[: decide.MOST_FINDINGS - 1], decide.left_out(self.prepared.exercise, gone, traces[0]))]

    def _proven(self, prepared: Prepared, mark: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The findings of an alignment, if the reference, edited as it says, leaves what the student's function left."""
        exercise = prepared.exercise
        found = self._labels(prepared, traces)
        if not found:
            return ()
        wrong = rewritten(exercise, found)
        runs = self._run(
            [program(with_recorded(exercise, found, number), wrong.steps, case) for number, case in enumerate(prepared.cases)]
        )
        passed = explains(exercise, wrong.steps, runs, traces)
        return () if passed is None else decide.from_alignment(exercise, wrong, passed, mark, traces)

    def _labels(self, prepared: Prepared, traces: Sequence[Trace]) -> tuple[Label, ...] | None:
        """Labels, after the reference has been asked what steps would have left on the student's states."""
        known = self._single_changes() if prepared is self.prepared else ()
        evidence = Evidence(prepared.expected_runs, traces, Replays(collects=True), known)
        labels(evidence)
        requests = evidence.answers.requests()[:MOST_REPLAYS]
        states = replay(prepared, requests, self.engine, self.settings)
        return labels(replace(evidence, answers=Replays(states)))

    def _single_changes(self) -> tuple[Known, ...]:
        """What the mutants add that change one backward only, as far as their hidden cases are known."""
        single = self._changing_one_backward
        known = []
        for number, runs in self.in_all_cases(list(single)).items():
            mutant, steps, _ = self.mutants[number]
            index = single[number].wrong
            calls = [run.steps[index].call for run in runs if index < len(run.steps)]
            groups = [CallGroup(c.kind, (index,), (c,), frozenset(c.touched), c.before, c.after) for c in calls if c]
            if len(groups) == len(self.prepared.cases) and groups[0].raised is None:
                known.append(Known(single[number].right, steps[index], mutant.misconception, contribution_of(groups)))
        return tuple(known)

    @cached_property
    def _changing_one_backward(self) -> Mapping[int, StepEdit]:
        """Which mutants change one backward and nothing else, with the edit that they are."""
        found = {}
        for number, (mutant, steps, visible) in enumerate(self.mutants):
            edits = edits_between(self.prepared.exercise.steps, mutant.steps)
            if len(edits) == 1 and edits[0].what == "changed" and len(visible.steps) == len(steps):
                call = visible.steps[edits[0].wrong].call
                if call is not None and call.kind == "backward":
                    found[number] = edits[0]
        return found

    def _run(self, programs: Sequence[Program]) -> tuple[ReferenceRun, ...]:
        if not programs:
            return ()
        return run_reference([self.prepared.exercise], tuple(programs), self.engine, self.settings)


def _without(prepared: Prepared, gone: Collection[int]) -> Prepared:
    """As if these steps were not asked for."""
    kept = [index for index in range(len(prepared.exercise.steps)) if index not in gone]
    exercise = replace(prepared.exercise, steps=tuple(prepared.exercise.steps[index] for index in kept))
    runs = [replace(run, steps=tuple(run.steps[index] for index in kept if index < len(run.steps))) for run in prepared.expected]
    return Prepared(exercise, prepared.cases, tuple(runs))
