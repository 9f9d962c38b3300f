"""`python -m grader batch`: what is graded, what is kept, what is written, and how it ends."""

import csv
import io
import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.batch.storable import storable_submissions
from grader.batch.store import Store
from grader.reports import json_report

pytestmark = pytest.mark.processes

ROOT = Path(__file__).parent.parent.parent
RIGHT = "def solve(x):\n    (x**2).backward()\n"
WRONG = "def solve(x):\n    (x**3).backward()\n"
SLOW = f"import time\n{RIGHT}    time.sleep(600)\n"


@pytest.fixture
def submit(course):
    """Submit a solution of core/first, or of another exercise, in the folder of a student."""

    def submit(student, text=RIGHT, name="first"):
        path = course / "submissions" / student / "core" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return submit


@pytest.fixture
def batch(run, lent_engine):
    """Run the batch on the submissions. Returns its exit code, output and error output."""
    return lambda *more: run("batch", "submissions", "--out", "out", "--sandbox", "none", "--jobs", "2", *more)


@pytest.fixture
def start(course):
    """Start the batch as a new process in a new process group."""
    started = []

    def start(*more, before=""):
        command = [sys.executable, "-m", "grader", "batch", "submissions", "--out", "out", "--sandbox", "none", *more]
        line = f"{before}exec {shlex.join(command)}"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            ["bash", "-c", line],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def gradebook():
    with Path("out/gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def verdicts():
    report = json_report.from_text(Path("out/report.json").read_text(encoding="utf-8"))
    return {(result.submission, result.exercise): result.verdict for result in report.results}


def written():
    """The identity of every view, to see whether it was written again."""
    return {
        path: path.stat().st_ino for path in Path("out").rglob("*") if path.is_file() and path.suffix in (".csv", ".json", ".txt")
    }


@pytest.mark.parametrize(("most", "passes"), [(0, 2), (3_000, 2), (1_000_000, 1)])
def test_submissions_too_large_for_memory_are_read_again_and_graded_like_the_rest(submit, batch, monkeypatch, most, passes):
    read = []
    monkeypatch.setattr("grader.batch.run.MOST_HELD", most)
    monkeypatch.setattr("grader.batch.run.storable_submissions", lambda *given: read.append(1) or storable_submissions(*given))
    for student, text in {"ana": RIGHT, "bo": WRONG, "cy": RIGHT}.items():
        submit(student, text)
    assert batch()[0] == 0
    assert [verdicts()[student, "core/first"] for student in ("ana", "bo", "cy")] == ["passed", "failed", "passed"]
    assert len(read) == passes


def test_a_class_is_graded_into_a_gradebook_a_report_and_feedback(submit, batch):
    submit("ana")
    submit("ana", name="second")
    submit("bo", WRONG)
    code, out, err = batch()
    assert (code, err) == (0, "")
    assert out.splitlines()[-2:] == [
        "2 submissions: 2 graded now, 0 graded earlier.",
        "Written: gradebook.csv, report.html, report.json, feedback/ (2 files).",
    ]
    rows = gradebook()
    assert [rows["ana"][each] for each in ("core/first", "core/second", "total", "of")] == ["1", "1", "2", "2"]
    assert [rows["bo"][each] for each in ("core/first", "core/second", "total", "of")] == ["0", "0", "0", "2"]
    assert verdicts() == {
        ("ana", "core/first"): "passed",
        ("ana", "core/second"): "passed",
        ("bo", "core/first"): "failed",
        ("bo", "core/second"): "not_found",
    }
    feedback = Path("out/feedback/bo.txt").read_text(encoding="utf-8")
    assert "first.py:2: x.grad is [12], [4] was expected." in feedback
    assert "\x1b" not in feedback


def test_feedback_and_the_class_page_do_not_show_the_seed(submit, batch):
    submit("ana", WRONG)
    batch("--seed", "a-seed-nobody-may-know")
    assert "a-seed-nobody-may-know" in Path("out/report.json").read_text(encoding="utf-8")
    assert "seed" not in Path("out/feedback/ana.txt").read_text(encoding="utf-8")
    assert "a-seed-nobody-may-know" not in Path("out/report.html").read_text(encoding="utf-8")


def test_current_results_are_kept_and_nothing_is_written_again(submit, batch):
    submit("ana")
    batch()
    before = written()
    code, out, _ = batch()
    assert code == 0
    assert out.splitlines()[-2:] == [
        "1 submission: 0 graded now, 1 graded earlier.",
        "Nothing has changed, so no file was written.",
    ]
    assert written() == before


def test_current_results_are_kept_without_a_worker(submit, batch, monkeypatch):
    submit("ana")
    batch()
    monkeypatch.setattr("grader.engines.make.LocalEngine", None)
    assert batch()[0] == 0


def test_only_what_changed_is_graded_again(submit, batch):
    submit("ana")
    submit("bo")
    batch()
    before = written()
    submit("bo", WRONG)
    out = batch()[1]
    assert "2 submissions: 1 graded now, 1 graded earlier." in out
    assert "feedback/ (1 file)" in out
    assert (gradebook()["ana"]["total"], gradebook()["bo"]["total"]) == ("1", "0")
    assert written()[Path("out/feedback/ana.txt")] == before[Path("out/feedback/ana.txt")]


def seed():
    return json.loads(Path("out/report.json").read_text(encoding="utf-8"))["run"]["seed"]


def test_the_seed_is_drawn_once_for_each_out(submit, batch):
    submit("ana")
    batch()
    first = seed()
    submit("bo")
    batch()
    assert seed() == first
    batch("--fresh")
    assert seed() != first


def change_the_exercise(course):
    path = course / "exercises/core/01-first/exercise.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Call backward on x**2.", "Do it."), encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "change"),
    [
        (["--seed", "another"], None),
        (["--hidden", "1"], None),
        ([], change_the_exercise),
        ([], lambda course: "2.99.0"),
        (["--fresh"], None),
    ],
    ids=["seed", "hidden", "exercise", "torch", "fresh"],
)
def test_a_changed_setting_exercise_or_torch_grades_again(course, submit, batch, monkeypatch, more, change):
    submit("ana")
    batch()
    torch = change(course) if change else None
    if torch:
        monkeypatch.setattr("grader.batch.keys.torch_version", lambda: torch)
    assert "1 submission: 1 graded now, 0 graded earlier." in batch(*more)[1]


def test_only_the_new_exercise_is_graded(course, submit, batch):
    submit("ana", SLOW)
    submit("ana", name="second")
    assert batch("--exercise", "core/second")[0] == 0
    submit("ana")
    batch()
    assert set(verdicts()) == {("ana", "core/first"), ("ana", "core/second")}


def test_a_submission_that_cannot_be_read_is_a_row_with_its_reason(course, submit, batch):
    submit("ana")
    (course / "submissions/bo.zip").write_bytes(b"no archive")
    code, out, _ = batch()
    assert code == 0
    assert "1 could not be read: the notes in the gradebook say why." in out
    row = gradebook()["bo"]
    assert (row["core/first"], row["total"]) == ("0", "0")
    assert row["note"]
    assert row["note"] in Path("out/feedback/bo.txt").read_text(encoding="utf-8").replace("\n", " ")
    assert "1 graded now" not in batch()[1]


def test_a_submission_whose_name_is_not_text_is_graded(course, submit, batch):
    folder = os.fsencode(course / "submissions") + b"/caf\xe9/core"
    os.makedirs(folder)
    with open(folder + b"/first.py", "w") as file:
        file.write(RIGHT)
    assert batch()[0] == 0
    (row,) = gradebook().values()
    assert row["total"] == "1"


def test_a_name_like_a_formula_does_not_become_one(submit, batch):
    submit("=cmd|'calc'!A0")
    submit("ana")
    batch()
    names = [line.split(",")[0] for line in Path("out/gradebook.csv").read_text(encoding="utf-8").splitlines()]
    assert names == ["student", "'=cmd|'calc'!A0", "ana"]


def test_a_student_who_is_gone_stays_in_the_results_and_is_reported(course, submit, batch):
    submit("ana")
    submit("bo").unlink()
    submit("bo")
    batch()
    (course / "submissions/bo/core/first.py").unlink()
    (course / "submissions/bo/core").rmdir()
    (course / "submissions/bo").rmdir()
    assert "No longer among the submissions, but still in the results: 1." in batch()[1]
    assert set(gradebook()) == {"ana", "bo"}


def test_a_deleted_view_is_written_again(submit, batch):
    submit("ana")
    batch()
    Path("out/gradebook.csv").unlink()
    Path("out/feedback/ana.txt").unlink()
    assert "Written: gradebook.csv, feedback/ (1 file)." in batch()[1]


def test_an_invalid_exercise_exits_2_before_anything_is_graded(course, submit, batch):
    submit("ana")
    path = course / "exercises/core/02-second/exercise.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("[4.0]", "[5.0]"), encoding="utf-8")
    code, _, err = batch()
    assert code == 2
    assert "exercise.yaml:" in err
    store = Store(Path("out"))
    assert list(store.names()) == []
    store.close()


def test_an_error_of_the_grader_gives_no_score_and_is_retried(submit, batch, monkeypatch):
    submit("ana")
    submit("bo", WRONG)
    with monkeypatch.context() as broken:
        broken.setattr("grader.assess.diagnosis.Diagnostician.diagnose", lambda *_: 1 / 0)
        code, out, _ = batch()
    assert code == 3
    assert "The grader itself failed on 1: no score. To retry them, run the same command again." in out
    assert (gradebook()["bo"]["core/first"], gradebook()["bo"]["total"]) == ("", "")
    assert gradebook()["ana"]["total"] == "1"
    code, out, _ = batch()
    assert code == 0
    assert "1 graded now, 1 graded earlier." in out
    assert gradebook()["bo"]["total"] == "0"


def test_a_result_that_cannot_be_shown_is_its_students_row_and_is_retried(submit, batch):
    submit("ana", WRONG)
    submit("bo", WRONG)
    batch()
    with sqlite3.connect("out/store.sqlite") as connection:
        connection.execute(
            "UPDATE results SET document = '{' WHERE exercise = 'core/first' AND submission ="
            " (SELECT id FROM submissions WHERE name = 'bo')"
        )
    connection.close()
    Path("out/report.html").unlink()
    code, out, err = batch()
    assert code == 3
    assert out.splitlines()[-2:] == [
        "The results of 1 student could not be shown, and have no score: bo. All other results are written. "
        "To retry them, run the same command again.",
        "Written: gradebook.csv, report.html, report.json, feedback/ (1 file).",
    ]
    assert (gradebook()["bo"]["core/first"], gradebook()["ana"]["core/first"]) == ("", "0")
    assert re.match(r"The grader itself failed on single results \(ValidationError\)\. The crash report is ", err)
    assert "ValidationError" in Path(".grader/crash.log").read_text(encoding="utf-8")
    code, out, err = batch()
    assert (code, err) == (0, "")
    assert "2 submissions: 1 graded now, 1 graded earlier." in out
    assert gradebook()["bo"]["core/first"] == "0"


def test_text_that_no_encoding_has_is_a_result_like_any_other(submit, batch):
    submit("ana")
    submit("bo", "def solve(x):\n    print('\\udfff')\n    raise ValueError('\\ud800')\n")
    code, _, err = batch()
    assert (code, err) == (0, "")
    assert verdicts()["bo", "core/first"] == "error"
    assert "\\udfff" in Path("out/feedback/bo.txt").read_text(encoding="utf-8")
    assert gradebook()["ana"]["core/first"] == "1"


def test_a_feedback_file_that_the_system_refuses_is_named(submit, batch):
    submit("ana")
    submit("bo")
    Path("out/feedback/ana.txt").mkdir(parents=True)
    code, out, _ = batch()
    assert code == 0
    assert "No feedback file, because the system refuses its name: ana." in out
    assert Path("out/feedback/bo.txt").is_file()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--jobs", "0"], "'0' is not a number of submissions: use 1 or more"),
        (["--gradebook", "no.csv"], "`--gradebook no.csv` cannot be read: No such file or directory."),
        (["--exercise", "core/frist"], "core/first"),
    ],
)
def test_bad_usage_exits_2(submit, batch, more, said):
    submit("ana")
    code, _, err = batch(*more)
    assert code == 2
    assert said in err


def zygotes_of(process):
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(child) for child in children]


def test_a_killed_zygote_is_replaced(submit, start):
    for number in range(60):
        submit(f"student {number:02}")
    process = start()
    wait_until_saved({"student 00", "student 01"})
    for pid in zygotes_of(process):
        os.kill(pid, signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert "60 graded now" in out
    assert [row["total"] for row in gradebook().values()] == ["1"] * 60


def wait_until_saved(names):
    """Wait until the store of a running batch has these submissions."""
    found = set()
    while not names <= found:
        if Path("out/store.sqlite").exists():
            with sqlite3.connect("file:out/store.sqlite?mode=ro", uri=True, timeout=60) as connection:
                found = {name for (name,) in connection.execute("SELECT name FROM submissions")}


def test_an_interrupted_batch_says_how_to_continue_and_continues(submit, start, batch, course):
    path = course / "exercises/core/01-first/exercise.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "limits: {seconds: 60}\n", encoding="utf-8")
    submit("ana")
    submit("bo")
    submit("cy", SLOW)
    process = start("--jobs", "2")
    wait_until_saved({"ana", "bo"})
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert re.fullmatch(r"Interrupted\. [12] submissions? graded and stored\. To continue, run the same command again\.\n", err)
    submit("cy")
    code, out, _ = batch()
    assert code == 0
    assert "3 submissions: 1 graded now, 2 graded earlier." in out
    assert [row["total"] for row in gradebook().values()] == ["1", "1", "1"]


def test_a_full_disk_is_reported_and_the_next_run_completes(submit, start, batch):
    for number in range(40):
        submit(f"student {number:02}", WRONG + "#" * 100 + f"{number}\n" + "    print('x' * 20000)\n")
    process = start(before="ulimit -f 400; ")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 3
    assert "cannot be written: " in err
    store = Store(Path("out"))
    saved = list(store.names())
    store.close()
    assert 0 < len(saved) < 40
    code, out, _ = batch()
    assert code == 0
    assert f"40 submissions: {40 - len(saved)} graded now, {len(saved)} graded earlier." in out
    assert len(gradebook()) == 40


def test_an_archive_is_a_class(course, submit, run):
    submit("ana")
    submit("bo", WRONG)
    with zipfile.ZipFile("class.zip", "w") as archive:
        for path in Path("submissions").rglob("*.py"):
            archive.write(path, path.relative_to("submissions"))
    assert run("batch", "class.zip", "--out", "out", "--sandbox", "none")[0] == 0
    assert {name: row["total"] for name, row in gradebook().items()} == {"ana": "1", "bo": "0"}


def test_a_gradebook_of_canvas_is_filled_in(course, submit, batch):
    submit("ana")
    (course / "canvas-export.csv").write_text("Student,ID,SIS Login ID,Section,First (5)\nAna,1,ana,A,\n", encoding="utf-8")
    batch("--gradebook", "canvas-export.csv")
    assert Path("out/canvas.csv").read_text(encoding="utf-8").splitlines()[1] == "Ana,1,ana,A,1"


def test_grade_writes_a_csv_file_too(course, solve, run):
    solve("right")
    assert run("--device", "cpu", "--format", "csv")[1] == "student,core/first,core/second,total,of\nsolutions,1,0,1,2\n"


TELLING = """
import json, os, pathlib, sys, traceback, warnings
import torch

def solve(x):
    print(__file__, torch.__file__, torch, json, sys.path, sys.prefix, os.getcwd(), os.path.expanduser("~"))
    print(torch.Tensor.backward.__code__, traceback)
    traceback.print_stack()
    try:
        torch.ones(2).backward()
    except RuntimeError:
        traceback.print_exc()
        print(traceback.format_exc())
    warnings.warn(torch.__file__)
    (x**3).backward()
    raise ValueError(f"{torch.__file__} and a/b")
"""


def test_feedback_and_pages_name_no_folder_of_this_machine(submit, batch, course):
    submit("ana", TELLING)
    submit("bo", "def solve(x):\n    (x**2).backward()\n    open('/home/nobody/notes.txt')\n")
    assert batch()[0] == 0
    text = "".join(
        path.read_text(encoding="utf-8") for path in Path("out").rglob("*") if path.suffix in (".txt", ".html", ".json")
    )
    folders = [sys.prefix, sys.base_prefix, str(ROOT), str(course), str(Path.home()), *filter(None, sys.path)]
    assert [folder for folder in folders if folder.count("/") > 1 and folder in text] == []
    assert not re.search(rf"(?<![\w.])({re.escape(str(Path.home()))})/", text)
    feedback = Path("out/feedback/ana.txt").read_text(encoding="utf-8")
    assert "ValueError: torch/__init__.py and a/b" in feedback
    assert "/home/nobody/notes.txt" in Path("out/feedback/bo.txt").read_text(encoding="utf-8")


def archive(text=RIGHT, name="core/first.py"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(name, text)
    return packed.getvalue()


def with_a_wrong_checksum(data):
    return data[:60] + bytes([data[60] ^ 1]) + data[61:]


def deep_folder(path):
    """A folder whose path is longer than the system accepts at once."""
    path.mkdir()
    above = os.open(path, os.O_RDONLY)
    for _ in range(100):
        os.mkdir("a" * 50, dir_fd=above)
        below = os.open("a" * 50, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(above)


# What is said about an upload, and how it is made.
DAMAGED = {
    "no archive": ("It is a damaged archive", lambda path: path.with_suffix(".zip").write_bytes(b"PK no archive")),
    "a part of an archive": (
        "It is a damaged archive",
        lambda path: path.with_suffix(".zip").write_bytes(archive(RIGHT * 100)[:-30]),
    ),
    "a wrong checksum": (
        "It is a damaged archive",
        lambda path: path.with_suffix(".zip").write_bytes(with_a_wrong_checksum(archive())),
    ),
    "too large unpacked": (
        "a solution may have at most 1,000,000",
        lambda path: path.with_suffix(".zip").write_bytes(archive("#" * 2_000_000)),
    ),
    "a path that leads out": (
        "an archive with a path outside the archive",
        lambda path: path.with_suffix(".zip").write_bytes(archive(name="../core/first.py")),
    ),
    "a file that is too large": (
        "a solution may have at most 1,000,000",
        lambda path: write_file(path / "core/first.py", "#" * 2_000_000),
    ),
    "no UTF-8": ("It is not Python text", lambda path: write_file(path / "core/first.py", RIGHT.encode("utf-16"))),
    "a null character": ("cannot contain null bytes", lambda path: write_file(path / "core/first.py", f"{RIGHT}\x00")),
    "no notebook": ("It is not a notebook", lambda path: write_file(path / "core/first.ipynb", "[" * 100_000)),
    "a pipe": ("It is not a regular file", lambda path: (path / "core").mkdir(parents=True) or os.mkfifo(path / "core/first.py")),
    "a folder as a file": ("contains no .py or .ipynb file", lambda path: (path / "core/first.py").mkdir(parents=True)),
    "a link to itself": (
        "It is a link",
        lambda path: (path / "core").mkdir(parents=True) or (path / "core/first.py").symlink_to("first.py"),
    ),
    "folders without an end": ("It cannot be read: File name too long", deep_folder),
}


def write_file(path, content):
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def test_a_damaged_or_oversized_upload_has_its_reason_and_changes_no_other_row(course, submit, batch):
    submit("ana")
    submit("zoe", WRONG)
    batch("--seed", "s")
    before = {name: gradebook()[name] for name in ("ana", "zoe")}
    texts = {name: Path(f"out/feedback/{name}.txt").read_text(encoding="utf-8") for name in before}
    for number, (_, damage) in enumerate(DAMAGED.values()):
        damage(course / "submissions" / f"m{number}")
    code, _, err = batch("--seed", "s", "--fresh")
    assert (code, err) == (0, "")
    rows = gradebook()
    assert {name: rows[name] for name in before} == before
    assert {name: Path(f"out/feedback/{name}.txt").read_text(encoding="utf-8") for name in before} == texts
    for number, (says, _) in enumerate(DAMAGED.values()):
        said = rows[f"m{number}"]["note"] + Path(f"out/feedback/m{number}.txt").read_text(encoding="utf-8")
        assert says in " ".join(said.split())
        assert rows[f"m{number}"]["total"] in ("0", "")
