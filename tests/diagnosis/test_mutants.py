"""Mutants of programs with any combination of verbs."""

from dataclasses import replace

import pytest

from grader.diagnosis.mutations import mutants


@pytest.mark.parametrize("verb", ["backward", "zero", "step", "clip", "set", "let", "requires_grad", "retain_grad"])
def test_programs_without_a_verb_have_mutants_too(course, verb):
    for exercise in course.values():
        kept = tuple(step for step in exercise.steps if step.verb != verb)
        found = mutants(replace(exercise, wrong=(), steps=kept)) if kept else ()
        assert all(mutant.steps != kept for mutant in found)
