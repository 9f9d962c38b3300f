"""Whatever one child of a class says, the marks and the files of the others stay the same, and the work is bounded."""

import csv
import json
import math
import re
import sqlite3
import sys
import tracemalloc
from contextlib import closing
from types import SimpleNamespace

import pytest
from helpers.forged import ForgedEngine, ForgedSource
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assess.prepared import Settings
from grader.assess.session import GradingSession
from grader.batch.run import BatchRequest, grade_class
from grader.protocol.jobs import student_job
from grader.protocol.messages import DTYPES
from grader.records.result import Result
from grader.reports import json_report
from grader.reports.formats import DOCUMENTS

IDS = (
    "core/the-first-gradient",
    "core/gradients-pile-up",
    "core/autograd-grad-leaves-grad-alone",
    "core/a-training-loop-of-two-steps",
)
SEED, HIDDEN = "the seed of the class", 1
FORGER, OTHERS = "mal", ("ana", "zoe")
CANVAS = ("canvas.csv", "Student,ID,Section,Sheet (5)\n    Points Possible,,,4\nana,1,A,\nmal,2,A,\nzoe,3,A,\n")
MOODLE = ("moodle.csv", "Identifier,Full name,Grade,Maximum grade\nUser 1,ana,,4\nUser 2,mal,,4\nUser 3,zoe,,4\n")

TEXTS = ["", "\x00", "\ud800", "=1+1", "<b>", "::error::", "a" * 2_000, "\u202e" * 200]
WORDS = "backward zero update edit returned raised memory no-function start end call failure".split()
SIZES = [None, True, 0, -1, 10**400, 2**63, 2**64, 1e308, float("inf"), float("nan")]
PARTS = [[], {}, [[]], {"x": None}, [0] * 2_000, {"map": {"a": 1}}, {"exception": "ValueError"}, {"type": "x"}]
HOSTILE = st.sampled_from([*TEXTS, *WORDS, *SIZES, *PARTS]) | st.floats() | st.integers()
PLACES = st.integers(0, 1_000)
NUMBERS = st.sampled_from([0, 1, -1, 4.0, 1e-45, 1e308, float("nan"), float("inf"), -float("inf"), 2**63 - 1])
SHAPES = st.sampled_from([[], [1], [2], [1, 1], [1] * 64, [0], [0, 2**62], [2**62, 0, 2**62], [2**63 - 1, 0]])
TENSORS = st.builds(
    lambda shape, dtype, device, number: {
        "shape": shape,
        "dtype": dtype,
        "device": device,
        "data": [number] * (min(math.prod(shape), 2) * (2 if dtype.startswith("complex") else 1)),
    },
    SHAPES,
    st.sampled_from(sorted(DTYPES)),
    st.sampled_from(["cpu", "cpu", "meta", "cuda:9"]),
    NUMBERS,
)
CHANGES = st.one_of(
    st.tuples(st.sampled_from(["drop", "swap"]), PLACES, PLACES),
    st.tuples(st.just("repeat"), PLACES, st.integers(1, 30)),
    st.tuples(st.sampled_from(["replace", "replace", "add"]), PLACES, st.tuples(PLACES, HOSTILE)),
    st.tuples(st.just("tensor"), PLACES, st.tuples(PLACES, TENSORS)),
    st.tuples(st.just("junk"), PLACES, st.binary(max_size=5)),
)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(sys.platform != "linux", reason="the forged children take the place of forked ones"),
]


def changed(lines, what, place, more):
    """The lines of a case after one change."""
    if not lines:
        return lines
    place %= len(lines)
    before, line, after = lines[:place], lines[place], lines[place + 1 :]
    if what == "swap":
        lines = list(lines)
        lines[place], lines[more % len(lines)] = lines[more % len(lines)], lines[place]
        return lines
    if what == "junk":
        return [*before, more.replace(b"\n", b""), line, *after]
    if what in ("drop", "repeat"):
        return before + [line] * (more if what == "repeat" else 0) + after
    return [*before, hostile(line, *more, what), *after]


def hostile(line, place, value, what):
    """The line with one of its parts (or tensors) replaced, or with another key beside it."""
    try:
        document = json.loads(line)
    except ValueError:
        return line
    parts = [(inside, key) for inside, key in parts_of(document) if what != "tensor" or key in ("value", "grad", "returned")]
    if not parts:
        return line
    inside, key = parts[place % len(parts)]
    inside["more" if what == "add" and isinstance(inside, dict) else key] = value
    return json.dumps(document).encode()


def parts_of(document):
    for key in list(document) if isinstance(document, dict) else range(len(document)) if isinstance(document, list) else ():
        yield document, key
        yield from parts_of(document[key])


@pytest.fixture(autouse=True)
def _environment_of_classroom50(monkeypatch):
    for name in ("CLASSROOM", "ASSIGNMENT", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("SUBMISSION_TAG", "submit/2026-06-01T14-32-05Z-a1b2c3d")


@pytest.fixture(scope="module")
def exercises(course):
    return tuple(course[name] for name in IDS)


@pytest.fixture(scope="module")
def sources(exercises, student_source):
    """What each student submits: the forger and the first of the others solve everything, the second has one mistake each."""
    right = {each.id: student_source(each, each.steps) for each in exercises}
    wrong = {each.id: student_source(each, each.wrong[0].steps if each.wrong else each.steps[:-1]) for each in exercises}
    return {"ana": right, "zoe": wrong, FORGER: {name: f"# forged\n{source}" for name, source in right.items()}}


@pytest.fixture(scope="module")
def recorded(engine, exercises, sources):
    """The lines that a true child sends for each case of each source."""
    session = GradingSession(engine, Settings(SEED, HIDDEN))
    session.prepare(exercises)
    lines, answers = [], {}
    with pytest.MonkeyPatch.context() as patch:
        from grader.engines import conversation

        read = conversation.read_message
        patch.setattr(conversation, "read_message", lambda line: lines.append(bytes(line)) or read(line))
        for exercise in exercises:
            prepared = session.diagnostician(exercise).prepared
            for source in {by_id[exercise.id] for by_id in sources.values()}:
                job = student_job(exercise, source, exercise.solution_path, prepared.case_lines, leaves=prepared.leaves)
                lines.clear()
                list(engine.run_students([job]))
                answers[source] = in_cases([line for line in lines if b'"ready"' not in line])
    return answers


def in_cases(lines):
    cases = [[]]
    for line in lines:
        cases[-1].append(line)
        if b'"end"' in line:
            cases.append([])
    return cases[:-1]


class Class:
    """Three students who submit these sources; the children say what was recorded of true ones, or something forged."""

    def __init__(self, engine, exercises, sources, recorded):
        self.engine, self.exercises, self.sources, self.recorded = engine, exercises, sources, recorded
        self.known = {}

    def said(self, name):
        """What the forger's child truly says about an exercise: the lines of each case."""
        return list(self.recorded[self.sources[FORGER][name]])

    def grade(self, folder, forged=None, printed=None, students=(*OTHERS, FORGER)):
        """Grade the class in a folder, twice: the second time with the file of another platform."""
        for student in students:
            for exercise in self.exercises:
                path = folder / "submissions" / student / exercise.solution_path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(self.sources[student][exercise.id], encoding="utf-8")
        answers = self.recorded | {self.sources[FORGER][name]: cases for name, cases in (forged or {}).items()}
        engines, done = [], []
        request = BatchRequest(folder / "submissions", "folders", self.exercises, self.exercises, "cpu", "full", 2, "0")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("grader.engines.sources.ZygoteClient", lambda *_, **__: ForgedSource(answers, printed or {}))
            patch.setattr("grader.engines.make.LocalEngine", lambda *_, **__: self._new_engine(engines))
            for name, text in (CANVAS, MOODLE):
                (folder / name).write_text(text, encoding="utf-8")
                done.append(grade_class(request, folder / "out", gradebook=folder / name, seed=SEED, hidden=HIDDEN))
        return SimpleNamespace(
            out=folder / "out",
            first=done[0],
            second=done[1],
            programs=sum(each.programs for each in engines),
            bytes_of_programs=sum(each.bytes_of_programs for each in engines),
        )

    def _new_engine(self, engines):
        engines.append(ForgedEngine(self.engine, self.known))
        return engines[-1]


@pytest.fixture(scope="module")
def students(engine, exercises, sources, recorded, tmp_path_factory):
    """`honest` is what a run writes about the others if the forger has submitted nothing, with its work for the reference."""
    students = Class(engine, exercises, sources, recorded)
    graded = students.grade(tmp_path_factory.mktemp("honest"), students=OTHERS)
    students.honest = about_the_others(graded.out)
    students.programs, students.bytes_of_programs = graded.programs, graded.bytes_of_programs
    return students


def about_the_others(out):
    """Everything in the files and in the store about them."""
    with (out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["student"] in OTHERS]
    with (out / "canvas.csv").open(encoding="utf-8", newline="") as canvas, (out / "moodle.csv").open(newline="") as moodle:
        platforms = [row for file in (canvas, moodle) for row in csv.reader(file) if set(OTHERS) & set(row)]
    report = json_report.from_text((out / "report.json").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(out / "store.sqlite")) as connection:
        stored = connection.execute(
            "SELECT submissions.name, problem, notes, exercise, verdict, score, max_score, document FROM results"
            " JOIN submissions ON submission = submissions.id ORDER BY submissions.name, exercise"
        ).fetchall()
    page = (out / "report.html").read_text(encoding="utf-8")
    return {
        "gradebook": rows,
        "platforms": platforms,
        "report": [result.model_copy(update={"seconds": 0.0}) for result in report.results if result.submission in OTHERS],
        "store": [(*row[:-1], without_seconds(row[-1])) for row in stored if row[0] in OTHERS],
        "page": [
            re.sub(r' href="#\w+"', "", row) for row in re.findall(r'<tr id="s\d+">(.*(?:\n<td.*)*)', page) if FORGER not in row
        ],
        "feedback": {name: (out / "feedback" / f"{name}.txt").read_text(encoding="utf-8") for name in OTHERS},
    }


def without_seconds(document):
    return Result.model_validate_json(document).model_copy(update={"seconds": 0.0})


def assert_nobody_else_is_harmed(graded, honest):
    assert about_the_others(graded.out) == honest
    assert {"gradebook.csv", "report.html", "report.json", "canvas.csv", "feedback/ (3 files)"} == set(graded.first.written)
    assert "moodle.csv" in graded.second.written
    feedback = (graded.out / "feedback" / f"{FORGER}.txt").read_text(encoding="utf-8")
    assert "The grader itself failed" not in feedback
    assert (graded.first.graded, graded.second.graded) == (3, 0)
    for done in (graded.first, graded.second):
        assert (done.grader_errors, done.retracted, done.without_feedback, done.faults) == (0, (), (), ())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(IDS), case=st.integers(0, HIDDEN), changes=st.lists(CHANGES, min_size=1, max_size=4))
def test_whatever_one_child_says_the_others_get_the_same_marks_and_files(name, case, changes, students, tmp_path_factory):
    cases = students.said(name)
    case %= len(cases)
    for change in changes:
        cases[case] = changed(cases[case], *change)

    graded = students.grade(tmp_path_factory.mktemp("class"), {name: cases})

    assert_nobody_else_is_harmed(graded, students.honest)
    report = json_report.from_text((graded.out / "report.json").read_text(encoding="utf-8"))
    for form, to_text in DOCUMENTS.items():
        assert to_text(report), form


def grad(numbers):
    return {"shape": [numbers], "dtype": "float32", "device": "cpu", "data": [0.25] * numbers}


def call(**more):
    return {"message": "call", "kind": "backward", "touched": ["x"], "after": {}, "line": 5} | more


def lines(*messages):
    return [json.dumps(message).encode() for message in messages]


ERROR = {"type": "E" * 200, "message": "m" * 2_000, "line": 5}
FACT = {"message": "fact", "name": "f" * 200, "what": "w" * 200, "leaf": "l" * 200, "line": 5}
END = {"message": "end", "how": "returned"}
# What the forger's child says between the start and the end of each case of core/gradients-pile-up, the end, and what it prints.
BULK = {
    "calls": (lines(*[call(after={"x": {"grad": grad(1)}})] * 60), END, b""),
    "numbers": (lines(*[call(after={"x": {"grad": grad(30_000)}})] * 2), END, b""),
    "text": (lines(*[call(raised=ERROR, optimizer="o" * 200)] * 20, *[FACT] * 400), END | {"error": ERROR}, b""),
    "output": ([], END, b"\xe2\x80\xae0123456789" * 120_000),
    "an answer of numbers": ([], END | {"returned": [[1.5] * 9_000] * 10}, b""),
    "an answer of text": ([], END | {"returned": ["a" * 2_000] * 49}, b""),
    "empty rows": (lines(call(after={"x": {"grad": grad(0) | {"shape": [100_000, 0]}}})), END, b""),
    "dimensions": (lines(call(after={"x": {"grad": grad(1) | {"shape": [1] * 64}}})), END, b""),
}
MOST_MEMORY = 100 * 2**20  # about three times of the largest
MOST_BYTES = {"store.sqlite": 3 * 2**20, "report.json": 3 * 2**20, "report.html": 120_000, f"{FORGER}.txt": 20_000}


@pytest.mark.parametrize("bulk", BULK)
def test_the_work_for_a_child_that_says_a_lot_is_bounded(bulk, students, tmp_path):
    name = "core/gradients-pile-up"
    middle, end, printed = BULK[bulk]
    cases = [[case[0], *middle, *lines(end)] for case in students.said(name)]

    tracemalloc.start()
    try:
        graded = students.grade(tmp_path, {name: cases}, {students.sources[FORGER][name]: printed})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert_nobody_else_is_harmed(graded, students.honest)
    assert peak < MOST_MEMORY
    assert graded.programs < 2 * students.programs
    assert graded.bytes_of_programs < students.bytes_of_programs + 20 * 2**20
    sizes = {path.name: path.stat().st_size for path in graded.out.rglob("*") if path.is_file()}
    assert {file: sizes[file] for file, most in MOST_BYTES.items() if sizes[file] > most} == {}
