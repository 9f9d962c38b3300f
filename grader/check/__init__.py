"""Checks that an exercise is right: one file for each part of the check.

`checked_exercise` performs the runs that the parts need. Each part reports what is wrong as a `Problem`, and what the author
should think about as a note. An exercise is proven if it has no problems. A course is green if all its exercises are proven
and the numbers in its files distinguish enough mutants.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.check.checked_exercise import CheckedExercise, NotPrepared, VisibleRuns, run_visible_case
from grader.check.hard_coded import hard_coded_notes
from grader.check.mistakes import diagnose_mistakes, passing_mistakes, passing_problems
from grader.check.mutants import count_mutants
from grader.check.oracle_results import compare_with_oracles
from grader.check.rules import rule_notes, variant_notes
from grader.check.solutions import check_reference, check_starter
from grader.check.texts import text_notes, text_problems
from grader.engines import Engine
from grader.errors import Problem
from grader.records.exercise import Exercise
from grader.records.proof import Proof

LEAST_SCORE = 0.97
_THREADS = 2


def check(exercises: Sequence[Exercise], engine: Engine, solutions_folder: Path | None = None) -> Iterator[Proof]:
    """A proof for each exercise, in their order. `solutions_folder` is the students' folder of the course."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(lambda exercise: check_exercise(exercise, engine, solutions_folder), exercises)


def check_exercise(exercise: Exercise, engine: Engine, solutions_folder: Path | None = None) -> Proof:
    """Every part of the check on one exercise. Raises EngineError only."""
    begun = time.monotonic()
    problems = [*text_problems(exercise, solutions_folder)]
    notes = [*text_notes(exercise)]
    visible = run_visible_case(exercise, engine)
    passing = passing_mistakes(visible)
    try:
        checked = visible.prepare(without=passing)
    except NotPrepared as error:
        return _unprepared_proof(visible, (*problems, *error.problems, *passing_problems(passing)), notes, begun)
    return _full_proof(checked, (*problems, *passing_problems(passing)), notes, begun)


def mutation_score(proofs: Sequence[Proof]) -> float:
    """The part of the mutants that the numbers in the file distinguish, among those that any numbers distinguish."""
    distinguished, survived = sum(proof.distinguished for proof in proofs), sum(proof.survived for proof in proofs)
    return distinguished / (distinguished + survived) if distinguished + survived else 1.0


def is_green(proofs: Sequence[Proof]) -> bool:
    return all(proof.is_proven for proof in proofs) and mutation_score(proofs) >= LEAST_SCORE


def _unprepared_proof(visible: VisibleRuns, problems: Sequence[Problem], notes: Sequence[Problem], begun: float) -> Proof:
    return Proof(
        visible.exercise.id,
        mistakes=len(visible.exercise.wrong),
        problems=tuple(problems),
        notes=tuple(notes),
        seconds=time.monotonic() - begun,
    )


def _full_proof(checked: CheckedExercise, problems: Sequence[Problem], notes: Sequence[Problem], begun: float) -> Proof:
    exercise = checked.exercise
    mistakes = diagnose_mistakes(checked)
    oracles = compare_with_oracles(checked)
    mutants = count_mutants(checked)
    own_notes = (*hard_coded_notes(checked), *rule_notes(checked), *variant_notes(checked.visible))
    reference, reference_problems = check_reference(checked)
    starter, starter_problems = check_starter(checked)
    return Proof(
        exercise.id,
        reference=reference,
        starter=starter,
        named=mistakes.named,
        mistakes=len(exercise.wrong),
        oracles=oracles.agree,
        silent=oracles.silent,
        distinguished=mutants.distinguished,
        survived=mutants.survived,
        equivalent=mutants.equivalent,
        problems=(*problems, *reference_problems, *starter_problems, *mistakes.problems, *oracles.problems, *mutants.problems),
        notes=(*notes, *mistakes.notes, *oracles.notes, *own_notes),
        seconds=time.monotonic() - begun,
    )
