"""Students whose mistakes are known, and their findings with and without the authors' `wrong` entries.

The students are the corpora `one-mistake` and `two-mistakes`; `tests/corpora/README.md` explains their keys.
"""

from dataclasses import dataclass, replace
from functools import cache

import pytest
from helpers.corpora import cases_in

from grader.assess import assess_submission
from grader.assess.diagnosis import Diagnostician
from grader.assess.session import GradingSession
from grader.records.assessed import Assessed
from grader.records.finding import Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.submissions.submission_from_paths import submission_from_paths


def is_less_exact(named, wanted):
    """Is the named word true of one of the wanted mistakes, but less exact?"""
    return any(word in MISCONCEPTIONS[named].less_exact_than for word in wanted)


def verdict_on(words, wanted):
    """`right`, `less exact`, `silent` or `false`: the named words, compared with the words for the mistake that was made."""
    if not words:
        return "right" if None in wanted else "silent"
    if set(words) & set(wanted):
        return "right"
    return "less exact" if any(is_less_exact(word, wanted) for word in words) else "false"


@dataclass(frozen=True)
class Case:
    """A student module with the words and lines that are right. Without lines, none is expected."""

    name: str
    exercise: str
    source: str
    verdicts: tuple
    words: tuple
    lines: tuple
    mistakes: tuple = ()


def _student(case):
    expect = case.expect
    mistakes = tuple(_listed(each["misconception"]) for each in expect.get("mistakes", ()))
    lines = () if expect.get("line") is None else _listed(expect["line"])
    words = _listed(expect.get("misconception"))
    return Case(case.name, expect["exercise"], case.source, (expect["verdict"],), words, lines, mistakes)


def _listed(value):
    return tuple(value) if isinstance(value, list) else (value,)


@pytest.fixture(scope="session")
def cases_of():
    """The students of a corpus, in the order of their names."""
    return lambda corpus: [_student(case) for case in cases_in(corpus)]


@pytest.fixture(scope="session")
def judge():
    return verdict_on


@pytest.fixture(scope="session")
def less_exact():
    return is_less_exact


@pytest.fixture(scope="session")
def assessed(session, tmp_path_factory):
    """Grade a source as the grader does: an `Assessed`, which is not worded yet."""
    return lambda exercise, source, at=session: assess_source(at, exercise, source, tmp_path_factory.mktemp("student"))


def assess_source(session, exercise, source, folder):
    path = folder / exercise.solution_path
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    session.prepare([exercise])
    return next(assess_submission([exercise], submission_from_paths("student", [path], [exercise], [exercise.id]), session))


@pytest.fixture(scope="session")
def unauthored(session):
    """Diagnose an `Assessed` again, as if the exercise had no `wrong` entries: its findings."""
    known = {}

    def diagnose(assessed):
        exercise = assessed.exercise
        if exercise.id not in known:
            prepared = replace(session.diagnostician(exercise).prepared, exercise=replace(exercise, wrong=()))
            known[exercise.id] = Diagnostician(prepared, session.engine, session.settings)
        return () if assessed.grade.verdict == "passed" else known[exercise.id].diagnose(assessed.grade, assessed.traces).findings

    return diagnose


@dataclass(frozen=True)
class Diagnosed:
    """A case with its findings: `with` and `without` the authors' entries."""

    case: Case
    assessed: Assessed
    findings: dict[str, tuple[Finding, ...]]


@pytest.fixture(scope="session")
def diagnose_case(course, assessed, unauthored):
    def diagnose_case(case):
        found = assessed(course[case.exercise], case.source)
        return Diagnosed(case, found, {"with": found.findings, "without": unauthored(found)})

    return diagnose_case


@pytest.fixture(scope="session")
def diagnosed(cases_of, diagnose_case):
    """The cases of a folder that do not pass, diagnosed. Every folder is graded once in a session."""

    @cache
    def diagnosed(folder):
        return [diagnose_case(case) for case in cases_of(folder) if case.verdicts != ("passed",)]

    return diagnosed


@pytest.fixture
def new_session(engine):
    """A session that has prepared no exercise yet."""
    return lambda settings: GradingSession(engine, settings)


@pytest.fixture(scope="session")
def printed_mistakes(course, student_source):
    """Every `wrong` entry as the module of a student who makes this mistake, if a student can write it."""
    cases = []
    for exercise in course.values():
        for wrong in exercise.wrong:
            try:
                source = student_source(exercise, wrong.steps)
            except ValueError:
                continue
            words = (wrong.misconception,)
            cases.append(Case(wrong.name, exercise.id, source, ("failed", "error"), words, ()))
    return cases
