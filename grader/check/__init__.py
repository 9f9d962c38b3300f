"""Proves that each exercise is true: what DESIGN.md 7 asks for, one file per proof.

`subject` runs what the proofs need. A proof says what is wrong as a `Problem`, and what its author should think about as
a note; an exercise is green without problems, a course if all its exercises are and mutants enough are told apart.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.check import ask_oracles, hard_coded, mistakes, mutants, solutions, texts
from grader.check.subject import NotPrepared, Subject, Visible, look
from grader.engines import Engine
from grader.errors import Problem
from grader.records.exercise import Exercise
from grader.records.proof import Proof

LEAST_SCORE = 0.97
_THREADS = 2


def check(exercises: Sequence[Exercise], engine: Engine, solutions_folder: Path | None = None) -> Iterator[Proof]:
    """A proof for each exercise, in their order. `solutions_folder` is the students' folder that the course ships."""
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(lambda exercise: prove(exercise, engine, solutions_folder), exercises)


def prove(exercise: Exercise, engine: Engine, solutions_folder: Path | None = None) -> Proof:
    """Everything that can be found out about one exercise. Raises EngineError only."""
    begun = time.monotonic()
    problems = [*texts.problems(exercise, solutions_folder)]
    notes = [*texts.notes(exercise)]
    visible = look(exercise, engine)
    passing = mistakes.passing(visible)
    try:
        subject = visible.prepare(without=passing)
    except NotPrepared as error:
        return _unproven(visible, (*problems, *error.problems, *mistakes.problems_of_passing(passing)), notes, begun)
    return _proven(subject, (*problems, *mistakes.problems_of_passing(passing)), notes, begun)


def mutation_score(proofs: Sequence[Proof]) -> float:
    """The part of the wrong programs that differ at all which differ on the numbers in the file."""
    told, survived = sum(proof.told_apart for proof in proofs), sum(proof.survived for proof in proofs)
    return told / (told + survived) if told + survived else 1.0


def is_green(proofs: Sequence[Proof]) -> bool:
    return all(proof.is_proven for proof in proofs) and mutation_score(proofs) >= LEAST_SCORE


def _unproven(visible: Visible, problems: Sequence[Problem], notes: Sequence[Problem], begun: float) -> Proof:
    return Proof(
        visible.exercise.id,
        mistakes=len(visible.exercise.wrong),
        problems=tuple(problems),
        notes=tuple(notes),
        seconds=time.monotonic() - begun,
    )


def _proven(subject: Subject, problems: Sequence[Problem], notes: Sequence[Problem], begun: float) -> Proof:
    exercise = subject.exercise
    named = mistakes.prove(subject)
    agreed = ask_oracles.prove(subject)
    survey = mutants.prove(subject)
    reference, of_reference = solutions.reference(subject)
    starter, of_starter = solutions.starter(subject)
    return Proof(
        exercise.id,
        reference=reference,
        starter=starter,
        named=named.named,
        mistakes=len(exercise.wrong),
        oracles=agreed.agree,
        silent=agreed.silent,
        told_apart=survey.told_apart,
        survived=survey.survived,
        equivalent=survey.equivalent,
        problems=(*problems, *of_reference, *of_starter, *named.problems, *agreed.problems, *survey.problems),
        notes=(*notes, *named.notes, *agreed.notes, *hard_coded.notes(subject)),
        seconds=time.monotonic() - begun,
    )
