"""Students whose mistakes are known, what is found in them with and without the authors' entries, and who was right.

The students are the corpora `one-mistake` and `two-mistakes`; `tests/corpora/README.md` explains their keys.
"""

from dataclasses import dataclass, replace

import pytest
from helpers.corpora import cases_in

from grader.assess import GradingSession, assess_submission
from grader.assess.diagnosis import Diagnostician
from grader.submissions.find import from_paths

# What may be said of a mistake that is true, only less exact: the word that is said, and what it may be said of.
_LOSS = (
    "sign mean-for-sum sum-for-mean mean-of-means loss-not-divided divided-twice divided-needlessly wrong-divisor mask-ignored "
    "wrong-target wrong-tensor wrong-seed value-for-gradient detached not-detached loss-overwritten losses-merged"
)
LESS_EXACT = {
    "wrong-formula": _LOSS,
    "wrong-divisor": "loss-not-divided divided-twice divided-needlessly mean-of-means mean-for-sum sum-for-mean mask-ignored",
    "detached": "no-grad-loss",
    "leak": "not-detached",
    "zero-skipped": "copy-zeroed not-called wrong-tensor-zeroed zero-outside-loop",
    "backward-missing": "leftover-dropped loss-overwritten own-leaf not-called grad-vs-backward hand-written-grad",
    "step-missing": "step-outside-loop not-called wrong-optimizer",
    "loss-overwritten": "backward-missing",
    "wrong-tensor-zeroed": "stale-grad",
    "zero-unneeded": "zero-too-late",
}


def is_less_exact(named, wanted):
    """Is the named word true of one of the wanted mistakes, only less exact?"""
    return any(word in LESS_EXACT.get(named, "").split() for word in wanted)


def verdict_on(words, wanted):
    """`right`, `less exact`, `silent`, or `false`: what was named, against the words for the mistake that was made."""
    if not words:
        return "right" if None in wanted else "silent"
    if set(words) & set(wanted):
        return "right"
    return "less exact" if any(is_less_exact(word, wanted) for word in words) else "false"


@dataclass(frozen=True)
class Case:
    """A student module with the words and lines that would be right; no lines: none is asked."""

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
    """Grade a source as the grader does; what it knows before it is worded: an `Assessed`."""
    return lambda exercise, source, at=session: assess_source(at, exercise, source, tmp_path_factory.mktemp("student"))


def assess_source(session, exercise, source, folder):
    path = folder / exercise.solution_path
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    session.prepare([exercise])
    return next(assess_submission([exercise], from_paths("student", [path], [exercise], [exercise.id]), session))


@pytest.fixture(scope="session")
def unauthored(session):
    """Diagnose once more as if the author had named no mistake: the findings for an `Assessed`."""
    known = {}

    def diagnose(assessed):
        exercise = assessed.exercise
        if exercise.id not in known:
            prepared = replace(session.diagnostician(exercise).prepared, exercise=replace(exercise, wrong=()))
            known[exercise.id] = Diagnostician(prepared, session.engine, session.settings)
        return () if assessed.grade.verdict == "passed" else known[exercise.id].diagnose(assessed.grade, assessed.traces)

    return diagnose


@pytest.fixture
def new_session(engine):
    """A desk at which nothing is known yet."""
    return lambda settings: GradingSession(engine, settings)


@pytest.fixture(scope="session")
def printed_mistakes(course, student_source):
    """Every mistake that a file names, as the module of a student who makes it; those that no student could write left out."""
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
