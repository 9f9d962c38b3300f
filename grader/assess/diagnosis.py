"""Diagnosing one exercise: its wrong programs, what they leave, and which of them explain a student's traces.

All mutants run once on the visible case. On the hidden cases only those run that a trace makes likely. The results are
kept, so a class of hundreds pays for them once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

from grader.assess.prepared import Prepared, Settings, replay, run_reference
from grader.diagnosis.changes import changes
from grader.diagnosis.contributions import contribution_of
from grader.diagnosis.edits import StepEdit, edits_between
from grader.diagnosis.explain import Footprint, explains, footprint, may_be_same_footprint, may_explain, runnable
from grader.diagnosis.fixes import with_fixes
from grader.diagnosis.from_alignment import MOST_FINDINGS, from_alignment, is_vague, vagueness, without_last_pass
from grader.diagnosis.from_mutants import ExplainingMutant, from_mutants
from grader.diagnosis.label import BackwardMutant, Label, LabelInputs
from grader.diagnosis.labels import labels
from grader.diagnosis.messages import from_message
from grader.diagnosis.mutations import Mutant, mutants
from grader.diagnosis.mutations.backward import last_pass
from grader.diagnosis.rewrite import rewritten, with_recorded
from grader.diagnosis.without_proof import confuses_none_and_zero, first_wrong_row, is_hard_coded, is_packed, nothing_was_called
from grader.engines import Engine
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Replays
from grader.protocol.jobs import Program, program
from grader.records.exercise import Step
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, Trace

MOST_REPLAYS = 200
NO_DIAGNOSIS = ("passed", "memory", "crashed", "timeout", "grader_error", "not_started", "not_found")
NOT_RUN = ("not-loaded", "no-function", "wrong-signature")


class Diagnostician:
    """Diagnoses one exercise. It runs the mutants when the first student fails, and keeps the results."""

    def __init__(self, prepared: Prepared, engine: Engine, settings: Settings) -> None:
        self.prepared, self.engine, self.settings = prepared, engine, settings
        self._runs_of_mutants: dict[int, tuple[ReferenceRun, ...]] = {}

    def diagnose(self, grade: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The findings for a student who did not pass; none if nothing is certain."""
        if grade.verdict in NO_DIAGNOSIS or len(traces) == 0 or any(trace.ending.how in NOT_RUN for trace in traces):
            return ()
        return tuple(with_fixes(finding, self.prepared.exercise) for finding in self._findings(grade, traces))

    def _findings(self, grade: Grade, traces: Sequence[Trace]) -> Iterable[Finding]:
        exercise = self.prepared.exercise
        explaining = self._explaining_mutants(traces)
        if grade.error is not None:
            finding = from_message(grade.error, traces, explaining)
            if finding is not None:
                return (finding,)
        if exercise.returns is not None and is_packed(exercise, self.prepared.expected, grade, traces):
            return (first_wrong_row("not-unpacked", grade, proven=True),)
        if is_hard_coded(grade, traces):
            return (first_wrong_row("hard-coded", grade),)
        is_foreseen = any(each.mutant.authored for each in explaining)
        if exercise.kind == "predict" and not is_foreseen and confuses_none_and_zero(grade, bool(explaining)):
            return (first_wrong_row("none-is-zero", grade),)
        if explaining:
            return (from_mutants(exercise, explaining, grade, traces),)
        if grade.error is not None or exercise.kind == "predict":
            return ()
        return self._from_alignment(grade, traces)

    @cached_property
    def mutants(self) -> tuple[tuple[Mutant, tuple[Step, ...], ReferenceRun], ...]:
        """Every mutant with its steps as the reference performs them, and what they leave on the visible case."""
        exercise = self.prepared.exercise
        made = [(mutant, runnable(exercise, mutant.steps)) for mutant in mutants(exercise)]
        visible = self.prepared.cases[0]
        programs = [program(exercise, steps, visible) for _, steps in made]
        half = len(programs) // 2
        with ThreadPoolExecutor(2) as pool:  # there are hundreds, and two processes finish sooner than one
            runs = [run for part in pool.map(self._run, (programs[:half], programs[half:])) for run in part]
        return tuple((mutant, steps, run) for (mutant, steps), run in zip(made, runs, strict=True))

    def in_all_cases(self, numbers: Sequence[int]) -> Mapping[int, tuple[ReferenceRun, ...]]:
        """What the mutants with these numbers leave in every case. All unknown ones run together."""
        unknown = [number for number in numbers if number not in self._runs_of_mutants]
        hidden = self.prepared.cases[1:]
        programs = [self.mutants[number][1] for number in unknown]
        runs = self._run([program(self.prepared.exercise, steps, case) for steps in programs for case in hidden])
        for place, number in enumerate(unknown):
            own = runs[place * len(hidden) : (place + 1) * len(hidden)]
            self._runs_of_mutants[number] = (self.mutants[number][2], *own)
        return {number: self._runs_of_mutants[number] for number in numbers}

    def _explaining_mutants(self, traces: Sequence[Trace]) -> list[ExplainingMutant]:
        exercise = self.prepared.exercise
        observed = footprint(traces[0].calls)
        likely = [number for number in range(len(self.mutants)) if self._is_likely(number, traces[0], observed)]
        explaining = []
        for number, runs in self.in_all_cases(likely).items():
            mutant, steps, _ = self.mutants[number]
            passed = explains(exercise, steps, runs, traces)
            if passed is not None:
                explaining.append(ExplainingMutant(mutant, passed, changes(exercise.steps, steps, passed)))
        return explaining

    def _is_likely(self, number: int, trace: Trace, observed: Footprint) -> bool:
        """Does the mutant explain the visible case? The quick tests come first."""
        exercise = self.prepared.exercise
        _, steps, visible = self.mutants[number]
        if exercise.kind != "predict" and not may_be_same_footprint(self._footprints[number], observed):
            return False
        return may_explain(exercise, visible, trace) and explains(exercise, steps, (visible,), (trace,)) is not None

    @cached_property
    def _footprints(self) -> tuple[Footprint, ...]:
        return tuple(footprint([done.call for done in run.steps if done.call is not None]) for _, _, run in self.mutants)

    def _from_alignment(self, grade: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The clearest proven alignment: with all steps, or only with those that may not be left out."""
        optional = self.prepared.expected_runs.optional
        readings = [self.prepared, *([_without_steps(self.prepared, optional)] if optional else [])]
        proven = [findings for reading in readings if (findings := self._proven(reading, grade, traces))]
        if not proven or min(map(len, proven)) >= MOST_FINDINGS:
            proven += self._without_last_pass(grade, traces)
        if not proven:
            return (first_wrong_row("nothing-called" if nothing_was_called(traces) else None, grade),)
        return min(proven, key=vagueness)

    def _without_last_pass(self, grade: Grade, traces: Sequence[Trace]) -> list[tuple[Finding, ...]]:
        """The last pass over the data is missing, and there is another mistake in the rest."""
        exercise = self.prepared.exercise
        gone = last_pass(exercise)
        expected = sum(step.verb == "backward" for index, step in enumerate(exercise.steps) if index not in gone)
        if not gone or sum(call.kind == "backward" for call in traces[0].calls) > expected:
            return []
        findings = self._proven(_without_steps(self.prepared, gone), grade, traces)
        if not findings or any(map(is_vague, findings)):
            return []
        return [(*findings[: MOST_FINDINGS - 1], without_last_pass(exercise, gone, traces[0]))]

    def _proven(self, prepared: Prepared, grade: Grade, traces: Sequence[Trace]) -> tuple[Finding, ...]:
        """The findings of an alignment, if its wrong program leaves what the student's function left."""
        exercise = prepared.exercise
        found = self._labels(prepared, traces)
        if not found:
            return ()
        wrong = rewritten(exercise, found)
        runs = self._run(
            [program(with_recorded(exercise, found, number), wrong.steps, case) for number, case in enumerate(prepared.cases)]
        )
        passed = explains(exercise, wrong.steps, runs, traces)
        return () if passed is None else from_alignment(exercise, wrong, passed, grade, traces)

    def _labels(self, prepared: Prepared, traces: Sequence[Trace]) -> tuple[Label, ...] | None:
        """The labels, with the replays that they need: what steps would have left on the student's states."""
        backward_mutants = self._backward_mutants() if prepared is self.prepared else ()
        inputs = LabelInputs(prepared.expected_runs, traces, Replays(collects=True), backward_mutants)
        labels(inputs)
        states = replay(prepared, inputs.replays.requests()[:MOST_REPLAYS], self.engine, self.settings)
        return labels(replace(inputs, replays=Replays(states)))

    def _backward_mutants(self) -> tuple[BackwardMutant, ...]:
        """The mutants that change one backward only, if it runs in all cases."""
        edits = self._edits_of_backward_mutants
        found = []
        for number, runs in self.in_all_cases(list(edits)).items():
            mutant, steps, _ = self.mutants[number]
            index = edits[number].wrong
            calls = [run.steps[index].call for run in runs if index < len(run.steps)]
            groups = [CallGroup(c.kind, (index,), (c,), frozenset(c.touched), c.before, c.after) for c in calls if c]
            if len(groups) == len(self.prepared.cases) and groups[0].raised is None:
                found.append(BackwardMutant(edits[number].right, steps[index], mutant.misconception, contribution_of(groups)))
        return tuple(found)

    @cached_property
    def _edits_of_backward_mutants(self) -> Mapping[int, StepEdit]:
        """The numbers of the mutants that change one backward and nothing else, with that edit."""
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


def _without_steps(prepared: Prepared, gone: Collection[int]) -> Prepared:
    """As if the exercise did not have these steps."""
    kept = [index for index in range(len(prepared.exercise.steps)) if index not in gone]
    exercise = replace(prepared.exercise, steps=tuple(prepared.exercise.steps[index] for index in kept))
    runs = [replace(run, steps=tuple(run.steps[index] for index in kept if index < len(run.steps))) for run in prepared.expected]
    return Prepared(exercise, prepared.cases, tuple(runs))
