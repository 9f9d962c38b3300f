"""`uses` and `forbids`: is every name that must be called called in every case, and none that must not be?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.marking.ending import ends_as_expected
from grader.records.exercise import Exercise
from grader.records.grade import BrokenRule, GradeRow
from grader.records.trace import ReferenceRun, Trace, Used


def rule_rows(exercise: Exercise, observed: Sequence[Trace]) -> Iterator[GradeRow]:
    """A row for each rule that is broken."""
    for rule in broken_rules(exercise, observed):
        yield GradeRow("rule", "wrong", rule=rule)


def broken_rules(exercise: Exercise, observed: Sequence[Trace]) -> Iterator[BrokenRule]:
    """The broken rules, each for the first case that breaks it. In a case that ended too early, nothing had to be called yet."""
    used = [{each.name: each for each in trace.used} for trace in observed]
    ended = [ends_as_expected(exercise, trace.ending) for trace in observed]
    for each in exercise.uses:
        case = next((case for case in range(len(observed)) if ended[case] and each.name not in used[case]), None)
        if case is not None:
            yield BrokenRule("uses", each.name, only_hidden=case > 0)
    for each in exercise.forbids:
        case = next((case for case in range(len(observed)) if each.name in used[case]), None)
        if case is not None:
            found = used[case][each.name]
            yield BrokenRule("forbids", each.name, found.called, found.line, only_hidden=case > 0)


def without_rules(exercise: Exercise) -> Exercise:
    """The exercise without `uses` and `forbids`."""
    return replace(exercise, uses=(), forbids=()) if exercise.torch_names else exercise


def seen_of_student(exercise: Exercise, right: ReferenceRun, run: ReferenceRun) -> tuple[Used, ...]:
    """What a student calls who does what these steps do, as far as steps can show it.

    A rule that the right steps themselves do not keep is about something that steps cannot show: it counts as kept.
    """
    called = {each.name for each in right.used}
    unseen = {each.name for each in exercise.forbids} & called
    assumed = (Used(each.name) for each in exercise.uses if each.name not in called)
    return (*(each for each in run.used if each.name not in unseen), *assumed)
