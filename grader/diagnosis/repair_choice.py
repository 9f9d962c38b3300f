"""Which candidates for a fix are worth another step, and which accepted one is shown. Nothing runs here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.messages import AMBIGUOUS, may_cause
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.grade import grade_traces
from grader.records.exercise import Exercise
from grader.records.finding import Finding
from grader.records.grade import Grade
from grader.records.misconceptions import MISCONCEPTIONS, Finder
from grader.records.repair import FixCandidate, Repair, SourceEdit, edited, line_before
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


@dataclass(frozen=True, slots=True)
class RepairStep:
    """A candidate, and the state of the text that it is for."""

    state: RepairState
    candidate: FixCandidate


@dataclass(frozen=True, slots=True)
class RepairState:
    """A text that does not pass yet, what is known about it, and the steps that led to it."""

    text: str
    grade: Grade
    trace: Trace
    findings: tuple[Finding, ...]
    progress: Progress
    steps: tuple[RepairStep, ...] = ()


# Edits of something in the text that is a mistake whatever the exercise: they show what it is, not only that it is undone.
_SHOWN_BY_THE_TEXT = frozenset(
    "call-method clip-unscaled error-not-swallowed function-backward in-place no-cache not-of-a-leaf split-assignment".split()
)


def is_shown_by_the_text(candidate: FixCandidate) -> bool:
    """Does the text itself show the mistake that the candidate undoes?"""
    return candidate.why in _SHOWN_BY_THE_TEXT and bool(candidate.causes)


def best_of(accepted: Sequence[FixCandidate], findings: Sequence[Finding], exercise: Exercise) -> FixCandidate | None:
    """The accepted candidate to show; None if all contradict what was proven.

    First those whose mistake the text itself shows, then those that a supported hypothesis asked for, then small ones, then
    those that undo what the exercise is about.
    """
    taught = {wrong.misconception for wrong in exercise.wrong}

    def key(place: int) -> tuple[object, ...]:
        each = accepted[place]
        certainty = 0 if is_shown_by_the_text(each) else 1 if is_asked_for(each, findings) else 2
        return certainty, each.size, not each.causes, not taught & set(each.causes), place

    found = [place for place, each in enumerate(accepted) if is_shown_by_the_text(each) or not _contradicts(each, findings)]
    return accepted[min(found, key=key)] if found else None


def _contradicts(candidate: FixCandidate, findings: Sequence[Finding]) -> bool:
    """Does it undo something else than what was proven? A vague cause, and another one about the same calls, do not."""
    proven = [word for finding in findings if finding.proven for word in finding.misconceptions]
    causes = [MISCONCEPTIONS[cause] for cause in candidate.causes if cause in MISCONCEPTIONS]
    if not proven or not causes or any(cause.is_vague for cause in causes):
        return False
    return not any(_are_compatible(word, cause.word) for word in proven for cause in causes)


def _are_compatible(word: str, cause: str) -> bool:
    if are_related(word, cause) or word not in MISCONCEPTIONS:
        return True
    shared = set(MISCONCEPTIONS[word].found_by) & set(MISCONCEPTIONS[cause].found_by)
    return any(finder in _KINDS for finder in shared)


def repaired_findings(steps: Sequence[RepairStep], exercise: Exercise) -> tuple[Finding, ...]:
    """The findings with the fix, which stands beside the first finding that one of its steps undoes.

    The edits may say more exactly what the mistake is. If nothing is known, each step is a mistake of its own. What the text
    itself shows is more certain than a wrong program that leaves the same numbers.
    """
    findings = _explained_by_one_edit(steps) or list(steps[0].state.findings)
    is_explained = not all(map(_may_be_renamed, findings))
    places: list[int] = []
    for number, step in enumerate(steps):
        place = _place_of_undone(step.candidate, findings)
        if place is not None:
            findings[place] = _named_by_step(findings[place], step, _line_in_file(steps, number))
            places.append(place)
        elif not is_explained and (words := _allowed(step, exercise)):
            place = _place_to_name(findings, places)
            if place is None:
                findings.append(Finding(words, "repair", _line_in_file(steps, number)))
            else:
                findings[place] = _renamed(findings[place], words, _line_in_file(steps, number))
            places.append(len(findings) - 1 if place is None else place)
    last = steps[-1]
    repair = Repair(edited(last.state.text, last.candidate.edits), tuple(step.candidate for step in steps))
    if not findings:
        findings.append(Finding((), "repair", _line_in_file(steps, 0)))
    first = min(places, default=0)
    findings[first] = replace(findings[first], repair=repair)
    return tuple(findings)


# Candidates that may undo several mistakes at once.
_PASTED = frozenset("loss_of_right_solution right_hunks statement_of_right_solution".split())


def _explained_by_one_edit(steps: Sequence[RepairStep]) -> list[Finding]:
    """The finding that names the only mistake, if one edit of the student's own text is enough to pass."""
    first, findings = steps[0].candidate, steps[0].state.findings
    if len(steps) > 1 or not findings or first.rule in _PASTED:
        return []
    undone = _undone(first, findings)
    if undone is not None:
        return [undone]
    is_from_message = findings[0].source == "message" and not _may_be_renamed(findings[0])
    if is_shown_by_the_text(first) and not is_from_message:
        return [_renamed(findings[0], first.causes[:1], _line_in_file(steps, 0))]
    return []


def _place_of_undone(candidate: FixCandidate, findings: Sequence[Finding]) -> int | None:
    undone = _undone(candidate, findings)
    return None if undone is None else next(place for place, each in enumerate(findings) if each is undone)


def _place_to_name(findings: Sequence[Finding], taken: Sequence[int]) -> int | None:
    """A finding that names nothing, or one whose word is not proven, and that no step belongs to yet."""
    free = [place for place, each in enumerate(findings) if place not in taken and _may_be_renamed(each)]
    return next((place for place in free if not findings[place].misconceptions), next(iter(free), None))


def _may_be_renamed(finding: Finding) -> bool:
    """Does it name nothing, or only what PyTorch's message may mean?"""
    is_guess = finding.source == "message" and not finding.proven and AMBIGUOUS.issuperset(finding.misconceptions)
    return not finding.misconceptions or is_guess


def _renamed(finding: Finding, words: tuple[str, ...], line: int) -> Finding:
    """The finding with the words of an edit, and the line that it changes."""
    return replace(finding, misconceptions=words, source="repair", line=line, called_from=None, between=None)


def _named_by_step(finding: Finding, step: RepairStep, line: int) -> Finding:
    """The finding with the word of the edit, if that says more, or if nothing else proves the word of the finding."""
    causes, words = step.candidate.causes, finding.misconceptions
    if not causes or set(causes) & set(words):
        return finding
    exact = {cause for word in words for cause in causes if cause in MISCONCEPTIONS[word].less_exact_than}
    if not exact and len(causes) == 1 and not MISCONCEPTIONS[causes[0]].is_vague and are_related(words[0], causes[0]):
        exact = set(causes)
    if len(exact) == 1:
        return _renamed(finding, tuple(exact), line)
    return finding


def _line_in_file(steps: Sequence[RepairStep], number: int) -> int:
    """The line of the student's file that this step changes first, apart from an import that the change needs."""
    edits = steps[number].candidate.edits
    line = next((edit for edit in edits if not _is_import(edit)), edits[0]).first
    for step in reversed(steps[:number]):
        line = line_before(step.candidate.edits, line)
    return line


def _is_import(edit: SourceEdit) -> bool:
    return bool(edit.lines) and edit.lines[0].startswith(("import ", "from "))


def _allowed(step: RepairStep, exercise: Exercise) -> tuple[str, ...]:
    state = step.state
    return tuple(word for word in step.candidate.causes[:1] if may_be_the_cause(word, exercise, state.grade, state.trace))


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
        if finder == "message" and grade.error is not None and may_cause(word, grade.error):
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
