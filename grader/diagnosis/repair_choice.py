"""Which candidates for a fix are worth another step, and which accepted one is shown. Nothing runs here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.records.exercise import Exercise
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.misconceptions import MISCONCEPTIONS, Finder
from grader.records.repair import FixCandidate
from grader.records.result import NOT_RIGHT
from grader.records.trace import CallKind, Trace


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file gets on the visible case: which steps are exactly right, how many rows are wrong or unexpected."""

    right: frozenset[int]
    wrong: int
    unexpected: int
    ended: bool

    def is_better_than(self, other: Progress) -> bool:
        """Is more right, and nothing worse?"""
        if not (self.right >= other.right and self.unexpected <= other.unexpected and self.ended >= other.ended):
            return False
        return (len(self.right), -self.unexpected, self.ended) != (len(other.right), -other.unexpected, other.ended)

    @property
    def key(self) -> tuple[int, int, int]:
        """The most progress is the smallest."""
        return -len(self.right), self.unexpected, self.wrong


def progress_of(expected_runs: ExpectedRuns, trace: Trace) -> Progress:
    """Without replays: a call counts only if the two traces show that it is right."""
    grade = grade_traces(expected_runs, (trace,), {})
    steps = [row for row in grade.rows if row.kind in ("step", "returns")]
    return Progress(
        frozenset(-1 if row.step is None else row.step for row in steps if row.status in ("matched", "skipped")),
        sum(row.status not in ("matched", "skipped") for row in steps),
        sum(row.status == "unexpected" for row in grade.rows),
        grade.verdict not in ("error", "memory", "crashed", "timeout", "grader_error"),
    )


def best_of(
    accepted: Sequence[FixCandidate], findings: Sequence[Finding], exercise: Exercise
) -> tuple[FixCandidate, Finding | None] | None:
    """The accepted candidate to show, and the finding that it belongs to; None if all contradict what was proven.

    First those that a supported hypothesis asked for, then small ones, then those that undo what the exercise is about.
    """
    taught = {wrong.misconception for wrong in exercise.wrong}
    is_proven = any(finding.proven and finding.misconceptions for finding in findings)
    found = [
        ((finding is None, each.size, not taught & set(each.causes), place), each, finding)
        for place, each in enumerate(accepted)
        for finding in [_undone(each, findings)]
        if finding is not None or not (is_proven and each.causes)
    ]
    if not found:
        return None
    _, candidate, undone = min(found, key=lambda each: each[0])
    unnamed = next((each for each in findings if not each.misconceptions), None)
    return candidate, undone or unnamed or next(iter(findings), None)


def is_asked_for(candidate: FixCandidate, findings: Sequence[Finding]) -> bool:
    """Does the candidate undo what a finding names?"""
    return _undone(candidate, findings) is not None


def _undone(candidate: FixCandidate, findings: Sequence[Finding]) -> Finding | None:
    """The finding that names what the candidate undoes."""
    for finding in findings:
        if any(are_related(word, cause) for word in finding.misconceptions for cause in candidate.causes):
            return finding
    return None


def are_related(word: str, cause: str) -> bool:
    """Is one of the two words true of what the other one names?"""
    if word == cause:
        return True
    if word not in MISCONCEPTIONS or cause not in MISCONCEPTIONS:
        return False
    one, other = MISCONCEPTIONS[word], MISCONCEPTIONS[cause]
    return any(
        right.word in (*wrong.less_exact_than, *wrong.implies, *wrong.also_says) for right, wrong in ((one, other), (other, one))
    )


# The kinds of calls that a finder of misconceptions is about.
_KINDS: dict[Finder, frozenset[CallKind]] = {
    "mutations.backward": frozenset({"backward"}),
    "mutations.clip": frozenset({"edit"}),
    "mutations.losses": frozenset({"backward"}),
    "mutations.sets": frozenset({"edit", "update"}),
    "mutations.step": frozenset({"update"}),
    "mutations.zero": frozenset({"zero"}),
}
_VERBS: dict[str, CallKind] = {"backward": "backward", "zero": "zero", "step": "update", "clip": "edit", "set": "update"}


def may_be_the_cause(word: str, exercise: Exercise, grade: Grade, trace: Trace) -> bool:
    """Does the trace allow this word? A word about a call needs such a call that is wrong, missing or unexpected."""
    mistake = MISCONCEPTIONS.get(word)
    if mistake is None:
        return False
    wrong = _kinds_of_wrong_rows(exercise, grade)
    for finder in mistake.found_by:
        if finder == "message" and grade.error is not None:
            return True
        if finder == "fact" and trace.facts:
            return True
        if _KINDS.get(finder, frozenset()) & wrong:
            return True
        if finder in ("alignment", "mutations.others") and wrong and not _is_of_kinds(mistake.found_by):
            return True
    return False


def _is_of_kinds(finders: Collection[Finder]) -> bool:
    return any(finder in _KINDS for finder in finders)


def _kinds_of_wrong_rows(exercise: Exercise, grade: Grade) -> frozenset[CallKind]:
    found: set[CallKind] = set()
    for row in grade.rows:
        if row.status in NOT_RIGHT:
            found |= {call.kind for call in row.calls}
            if row.step is not None:
                found |= {_VERBS[verb] for verb in [exercise.steps[row.step].verb] if verb in _VERBS}
    return frozenset(found)
