"""Is there a mistake under `wrong` for each rule and variant, which shows that it finds what it is meant to find?"""

from __future__ import annotations

from collections.abc import Iterator

from grader.check.checked_exercise import CheckedExercise, VisibleRuns
from grader.check.mistakes import traces_of_mistake
from grader.errors import Problem
from grader.marking.torch_rules import broken_rules


def variant_notes(visible: VisibleRuns) -> Iterator[Problem]:
    """A note for each variant without a mistake that passes with the exercise's own data and fails with it."""
    passing = visible.passing()
    for variant in visible.variants:
        if not any(passes and not still for passes, still in zip(passing, variant.passing(), strict=True)):
            message = "No mistake under `wrong` needs this variant: each fails with the numbers in the file, or passes here too."
            yield Problem(message, variant.exercise.where)


def rule_notes(checked: CheckedExercise) -> Iterator[Problem]:
    """A note for each name in `uses` and `forbids` that no mistake of the file breaks."""
    exercise = checked.exercise
    if not exercise.torch_names:
        return
    traces = [traces_of_mistake(checked, place) for place in range(len(exercise.wrong))]
    broken = {(rule.key, rule.name) for each in traces for rule in broken_rules(exercise, each)}
    for key, names in (("uses", exercise.uses), ("forbids", exercise.forbids)):
        for each in names:
            if (key, each.name) not in broken:
                yield Problem(
                    f"No mistake under `wrong` breaks `{key}: {each.name}`, so nothing shows that this rule finds one.",
                    each.where,
                )
