"""Diagnosing one exercise: its wrong programs, what they leave, and which of them explain a student's traces.

The mutants run once for a class (`known_mutants`). On the hidden cases only those run that a trace makes likely.
Each part of a diagnosis has a budget (`grader/diagnosis/budget.py`). When it ends, what is certain is still reported.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from grader.assess.known_mutants import KnownMutants
from grader.assess.prepared import Prepared, Settings, replay, run_reference
from grader.diagnosis.budget import AlignmentBudgets
from grader.diagnosis.explain import explains, may_be_proven, runnable
from grader.diagnosis.fixes import with_fixes
from grader.diagnosis.from_alignment import MOST_FINDINGS, from_alignment, is_vague, vagueness, without_last_pass
from grader.diagnosis.from_mutants import ExplainingMutant, from_mutants
from grader.diagnosis.label import Label, LabelInputs, work_of_recorded
from grader.diagnosis.labels import labels
from grader.diagnosis.messages import from_message
from grader.diagnosis.mutations import Mutant
from grader.diagnosis.mutations.backward import last_pass
from grader.diagnosis.mutations.program import LONG, without
from grader.diagnosis.rewrite import rewritten, with_recorded
from grader.diagnosis.without_proof import (
    breaks_only_rules,
    confuses_none_and_zero,
    first_wrong_row,
    is_hard_coded,
    is_packed,
    not_frozen,
    nothing_was_called,
    with_own_data_only,
)
from grader.engines import Engine
from grader.marking.compare import Comparison, OpenReplays, Replays, compare
from grader.protocol.jobs import Program, program
from grader.records.exercise import Step
from grader.records.finding import Diagnosed, Finding
from grader.records.grade import Grade
from grader.records.trace import ReferenceRun, ReplayRequest, Trace

MOST_REPLAYS = 200
NO_DIAGNOSIS = ("passed", "memory", "crashed", "timeout", "grader_error", "not_started", "not_found")
NOT_RUN = ("not-loaded", "no-function", "wrong-signature")


class Diagnostician:
    """Diagnoses one exercise. It runs the mutants when the first student fails, and keeps the results."""

    def __init__(self, prepared: Prepared, engine: Engine, settings: Settings) -> None:
        self.prepared, self.engine, self.settings = prepared, engine, settings
        self.known = KnownMutants(prepared, self._run)

    def get_ready(self) -> None:
        """Run what is run once for all students now, instead of when the first student fails."""
        self.known.get_ready()

    def diagnose(self, grade: Grade, traces: Sequence[Trace]) -> Diagnosed:
        """The findings for a student who did not pass; none if nothing is certain."""
        whole, traces = traces, self.prepared.own_traces(traces)
        if grade.verdict in NO_DIAGNOSIS or len(traces) == 0 or any(trace.ending.how in NOT_RUN for trace in traces):
            return Diagnosed(())
        explaining, is_complete = self.known.explaining(traces)
        if any(row.kind == "variant" for row in grade.rows):
            return Diagnosed((self._of_variants(grade, whole, explaining),))
        budgets = AlignmentBudgets.for_cases(self.known.costs, len(self.prepared.cases))
        found = tuple(self._findings(grade, traces, explaining, budgets))
        is_complete = is_complete and not budgets.ended
        return Diagnosed(
            tuple(with_fixes(finding, self.prepared.exercise) for finding in found),
            is_complete or any(finding.proven or finding.source in ("message", "fact") for finding in found),
        )

    def _findings(
        self, grade: Grade, traces: Sequence[Trace], explaining: Sequence[ExplainingMutant], budgets: AlignmentBudgets
    ) -> Iterable[Finding]:
        exercise = self.prepared.exercise
        if breaks_only_rules(grade):  # the right steps explain the trace too, so only a mistake that the author lists tells more
            listed = [each for each in explaining if each.mutant.authored]
            return (from_mutants(exercise, listed, grade, traces),) if listed else ()
        if (finding := not_frozen(exercise, grade, traces)) is not None:
            return (finding,)
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
        return self._from_alignment(grade, traces, budgets)

    def _of_variants(self, grade: Grade, traces: Sequence[Trace], explaining: Sequence[ExplainingMutant]) -> Finding:
        """A mistake of the file that explains the traces with all data; otherwise only that they are right with its own data.

        There is no fix: the steps are right with the exercise's own data, so the change must be of another kind.
        """
        names = {each.mutant.operator for each in explaining if each.mutant.authored}
        for variant, own in self.prepared.traces_of_variants(traces):
            names &= self._mistakes_with(variant, own)
        listed = [each for each in explaining if each.mutant.authored and each.mutant.operator in names]
        found = with_own_data_only(grade)
        if not listed:
            return found
        named = from_mutants(self.prepared.exercise, listed, grade, self.prepared.own_traces(traces))
        return replace(found, misconceptions=named.misconceptions, line=named.line or found.line)

    def _mistakes_with(self, variant: Prepared, traces: Sequence[Trace]) -> set[str]:
        """The names of the file's mistakes that explain what the function did with the data of this variant."""
        exercise = variant.exercise
        steps = [runnable(exercise, wrong.steps) for wrong in exercise.wrong]
        runs = self._run([program(exercise, each, variant.cases[0]) for each in steps])
        return {
            wrong.name
            for wrong, own, run in zip(exercise.wrong, steps, runs, strict=True)
            if explains(exercise, own, (run,), traces) is not None
        }

    @cached_property
    def mutants(self) -> tuple[tuple[Mutant, tuple[Step, ...], ReferenceRun], ...]:
        """The mutants with their steps as the reference performs them, and what they leave on the visible case.

        In a long exercise, only the first ones, as many as the budget allows.
        """
        known = self.known
        runs = known.visible_runs(known.affordable())
        return tuple((known.mutants[number], known.steps(number), run) for number, run in runs.items())

    def _from_alignment(self, grade: Grade, traces: Sequence[Trace], budgets: AlignmentBudgets) -> tuple[Finding, ...]:
        """The clearest proven alignment: with all steps, or only with those that may not be left out."""
        optional = self.prepared.expected_runs.optional
        readings = [self.prepared, *([_without_steps(self.prepared, optional)] if optional else [])]
        proven = [findings for reading in readings if (findings := self._proven(reading, grade, traces, budgets))]
        if not proven or min(map(len, proven)) >= MOST_FINDINGS:
            proven += self._without_last_pass(grade, traces, budgets)
        if not proven:
            return (first_wrong_row("nothing-called" if nothing_was_called(traces) else None, grade),)
        return min(proven, key=vagueness)

    def _without_last_pass(self, grade: Grade, traces: Sequence[Trace], budgets: AlignmentBudgets) -> list[tuple[Finding, ...]]:
        """The last pass over the data is missing, and there is another mistake in the rest."""
        exercise = self.prepared.exercise
        gone = last_pass(exercise)
        expected = sum(step.verb == "backward" for step in without(exercise.steps, *gone))
        if not gone or sum(call.kind == "backward" for call in traces[0].calls) > expected:
            return []
        findings = self._proven(_without_steps(self.prepared, gone), grade, traces, budgets)
        if not findings or any(map(is_vague, findings)):
            return []
        return [(*findings[: MOST_FINDINGS - 1], without_last_pass(exercise, gone, traces[0]))]

    def _proven(
        self, prepared: Prepared, grade: Grade, traces: Sequence[Trace], budgets: AlignmentBudgets
    ) -> tuple[Finding, ...]:
        """The findings of an alignment, if its wrong program leaves what the student's function left."""
        return next(
            (
                findings
                for found in self._labels(prepared, traces, budgets)
                if found and (findings := self._proven_labels(found, prepared, grade, traces, budgets))
            ),
            (),
        )

    def _proven_labels(
        self,
        found: tuple[Label, ...],
        prepared: Prepared,
        grade: Grade,
        traces: Sequence[Trace],
        budgets: AlignmentBudgets,
    ) -> tuple[Finding, ...]:
        exercise = prepared.exercise
        wrong = rewritten(exercise, found)
        work = len(prepared.cases) * self.known.costs.of_program(len(wrong.steps)) + work_of_recorded(found)
        if not budgets.proofs.take(work):
            return ()
        runs = self._run(
            [program(with_recorded(exercise, found, number), wrong.steps, case) for number, case in enumerate(prepared.cases)]
        )
        if len(exercise.steps) > LONG and not may_be_proven(exercise, runs, traces):
            return ()
        passed = explains(exercise, wrong.steps, runs, traces)
        return () if passed is None else from_alignment(exercise, wrong, passed, grade, traces)

    def _labels(
        self, prepared: Prepared, traces: Sequence[Trace], budgets: AlignmentBudgets
    ) -> Iterator[tuple[Label, ...] | None]:
        """The labels, with the replays that they need: what steps would have left on the student's states.

        After one mistake all later values differ. Therefore in a long program every call that only a replay can judge counts
        as right at first; then the passes of a step that is wrong elsewhere count as wrong. The proof shows which is true.
        """
        backward_mutants = self.known.of_one_backward if prepared is self.prepared else ()
        runs = prepared.expected_runs
        for compared, suspects in _comparisons(prepared, traces):
            inputs = LabelInputs(runs, traces, Replays(collects=True), backward_mutants, budgets.comparisons)
            labels(inputs, compared(inputs.replays), suspects)
            requests = self._affordable_replays(prepared, inputs.replays, budgets)
            inputs = replace(inputs, replays=Replays(replay(prepared, requests, self.engine, self.settings)))
            yield labels(inputs, compared(inputs.replays), suspects)

    def _affordable_replays(self, prepared: Prepared, collected: Replays, budgets: AlignmentBudgets) -> list[ReplayRequest]:
        """The likeliest requests, as far as the budget goes."""
        costs, plans = self.known.costs, prepared.replay_plans
        found = []
        for request in collected.requests()[:MOST_REPLAYS]:
            plan = plans.plan(request.case, request.step)
            if not budgets.replays.take(costs.of_program(plan.last - plan.first + 1)):
                break
            found.append(request)
        return found

    def _run(self, programs: Sequence[Program]) -> tuple[ReferenceRun, ...]:
        if not programs:
            return ()
        return run_reference([self.prepared.exercise], tuple(programs), self.engine, self.settings)


def _comparisons(
    prepared: Prepared, traces: Sequence[Trace]
) -> Sequence[tuple[Callable[[Replays], Sequence[Comparison]], frozenset[int]]]:
    """How the labels compare the calls with the steps, each time with the steps whose passes they suspect."""
    if len(prepared.exercise.steps) <= LONG:
        return [(lambda replays: compare(prepared.expected_runs, traces, replays), frozenset())]
    replays = OpenReplays({})
    hopeful = compare(prepared.expected_runs, traces, replays)
    return [(lambda _: hopeful, suspects) for suspects in (frozenset[int](), frozenset(each.step for each in replays.waiting))]


def _without_steps(prepared: Prepared, gone: Collection[int]) -> Prepared:
    """As if the exercise did not have these steps."""
    gone = frozenset(gone)
    kept = [index for index in range(len(prepared.exercise.steps)) if index not in gone]
    exercise = replace(prepared.exercise, steps=tuple(prepared.exercise.steps[index] for index in kept))
    runs = [replace(run, steps=tuple(run.steps[index] for index in kept if index < len(run.steps))) for run in prepared.expected]
    return Prepared(exercise, prepared.cases, tuple(runs))
