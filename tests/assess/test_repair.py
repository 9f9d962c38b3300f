"""The search for a fix: candidates are run, one that passes everywhere is shown, and no mark depends on any of it."""

import pytest

from grader.assess import assess_submission
from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.diagnosis.budget import MOST_CANDIDATES
from grader.records.repair import FixCandidate, SourceEdit, edited
from grader.records.submission import SolutionFile, Submission

PILE = "core/gradients-pile-up"
SGD = "core/manual-sgd"
NO_RESET = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    (x**2 + x).backward()\n"
RIGHT = NO_RESET.replace("    (x**2 + x)", "    x.grad.zero_()\n    (x**2 + x)")
TWO = "def solve(x):\n    (x**2).backward()\n    (x**4).backward()\n    (x**2 + x).backward()\n"
RESET = FixCandidate("insert", ("zero-skipped",), (SourceEdit(4, 3, ("    x.grad.zero_()",)),))
CUBE = FixCandidate("formula", ("wrong-formula",), (SourceEdit(3, 3, ("    (x**3).backward()",)),))
NONE = FixCandidate("insert", ("zero-skipped",), (SourceEdit(4, 3, ("    x.grad = None",)),))
FIXED_NUMBER = FixCandidate("insert", ("zero-skipped",), (SourceEdit(4, 3, ("    x.grad.sub_(16.0)",)),))
ENDLESS = FixCandidate("loop", ("zero-skipped",), (SourceEdit(4, 3, ("    while True: pass",)),))
PASTED = FixCandidate("paste", (), (SourceEdit(1, 5, tuple(RIGHT.split("\n"))),))


class Proposing:
    """An engine that has these candidates for each text, and counts what it runs."""

    def __init__(self, engine, proposals):
        self._engine, self.proposals = engine, proposals
        self.jobs, self.asked = [], []

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def run_repair(self, job):
        self.asked.append(job)
        return tuple(each for each in self.proposals if edited(job.source, each.edits) != job.source)[: job.most]

    def run_students(self, jobs):
        for job, outcome in zip(jobs, self._engine.run_students(jobs), strict=False):
            self.jobs.append(job)
            yield outcome


@pytest.fixture
def grade_with(engine, course):
    """Grade a source, with these candidates for a fix: what was assessed, and the engine."""

    def grade_with(source, *candidates, exercise=PILE, seed="seed"):
        proposing = Proposing(engine, candidates)
        session = GradingSession(proposing, Settings(seed))
        about = course[exercise]
        session.prepare([about])
        submission = Submission("student", {about.id: SolutionFile(about.solution_path, source)})
        (assessed,) = assess_submission([about], submission, session)
        return assessed, proposing

    return grade_with


def repair_of(assessed):
    found = [finding.repair for finding in assessed.findings if finding.repair]
    return found[0] if found else None


def test_the_candidate_that_passes_is_the_fix_of_the_finding(grade_with):
    assessed, _ = grade_with(NO_RESET, NONE, RESET)
    (finding,) = assessed.findings
    assert finding.misconceptions == ("zero-skipped",)
    assert (finding.repair.text, finding.repair.steps) == (RIGHT, (RESET,))


def test_a_candidate_that_passes_only_with_the_numbers_in_the_file_is_no_fix(grade_with):
    assessed, _ = grade_with(NO_RESET, FIXED_NUMBER)
    assert assessed.findings
    assert repair_of(assessed) is None


def test_the_accepted_one_runs_alone_and_with_numbers_of_another_seed(grade_with, course):
    assessed, engine = grade_with(NO_RESET, RESET)
    tried, confirmed = engine.jobs[-2:]
    assert tried.source == confirmed.source == repair_of(assessed).text
    assert len(tried.cases) == 1
    assert len(confirmed.cases) == 1 + course[PILE].hidden + 1
    assert len(set(confirmed.cases)) == len(confirmed.cases)


def test_two_mistakes_need_two_edits_one_after_the_other(grade_with):
    assessed, engine = grade_with(TWO, RESET, CUBE)
    repair = repair_of(assessed)
    assert repair.text == RIGHT
    assert len(repair.steps) == 2
    assert [job.source for job in engine.asked] == [TWO, edited(TWO, repair.steps[0].edits)]


def test_without_a_fix_the_findings_stay_as_they_are(grade_with):
    assessed, _ = grade_with(NO_RESET)
    assert [finding.misconceptions for finding in assessed.findings] == [("zero-skipped",)]
    assert repair_of(assessed) is None


def test_the_mark_is_the_same_whatever_the_candidates_do(grade_with):
    alone, _ = grade_with(NO_RESET)
    for candidates in ((RESET,), (ENDLESS,), (PASTED,), (CUBE, NONE)):
        assessed, _ = grade_with(NO_RESET, *candidates)
        assert assessed.grade == alone.grade


def test_an_endless_loop_ends_the_search_soon(grade_with):
    endless = [FixCandidate("loop", (), (SourceEdit(4, 3, (f"    while {number}: pass",)),)) for number in range(1, 9)]
    assessed, engine = grade_with(NO_RESET, *endless, RESET)
    assert repair_of(assessed) is None
    assert len(engine.jobs) == 1 + 4


def test_so_many_candidates_are_tried_and_no_more(grade_with):
    wrong = [FixCandidate("r", (), (SourceEdit(4, 3, (f"    x.grad = x.grad * {number}",)),)) for number in range(2, 200)]
    _, engine = grade_with(NO_RESET, *wrong)
    assert len(engine.jobs) == 1 + MOST_CANDIDATES


@pytest.mark.parametrize("source", [RIGHT, "def solve(x):\n    pass\n", "def solve(x):\n", "def other(x):\n    pass\n"])
def test_nothing_is_looked_for_where_nothing_is_wrong_or_nothing_was_begun(grade_with, source):
    _, engine = grade_with(source, RESET)
    assert engine.asked == []


def test_a_predict_exercise_has_no_fix(grade_with, course):
    about = next(each for each in course.values() if each.kind == "predict")
    _, engine = grade_with("def predict():\n    return []\n", RESET, exercise=about.id)
    assert engine.asked == []


def test_an_error_of_the_search_costs_nobody_a_mark(grade_with, monkeypatch):
    alone, _ = grade_with(NO_RESET)
    monkeypatch.setattr(Proposing, "run_repair", lambda self, job: 1 / 0)
    assessed, _ = grade_with(NO_RESET)
    assert (assessed.grade, assessed.findings) == (alone.grade, alone.findings)


def test_the_same_file_and_seed_have_the_same_fix(grade_with):
    one, other = (grade_with(TWO, NONE, CUBE, RESET)[0] for _ in range(2))
    assert one.findings == other.findings
