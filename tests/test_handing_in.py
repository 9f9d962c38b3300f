"""Exports of a class: every student gets the marks of their own work, in the gradebook and in the platform's file.

`tests/corpora/README.md` explains the keys of `expect.yaml`.
"""

import csv
import runpy
from pathlib import Path

import pytest
from helpers.corpora import cases_in

from grader.cli.main import main

pytestmark = pytest.mark.processes

EXERCISES = Path(__file__).parent.parent / "exercises"


@pytest.mark.parametrize("case", cases_in("handing-in"), ids=lambda case: case.name)
def test_every_student_gets_their_own_marks(case, tmp_path, monkeypatch, lent_engine):
    expect = case.expect
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(case.folder / "make.py"))
    chosen = [word for exercise in expect["exercises"] for word in ("--exercise", exercise)]
    platform = ["--gradebook", str(case.folder / expect["gradebook"])] if "gradebook" in expect else []
    command = ["batch", expect["root"], "--exercises", str(EXERCISES), "--sandbox", "none", "--out", "out"]
    assert main([*command, *chosen, *platform]) == 0
    rows = list(csv.DictReader(lines_of("gradebook.csv")))
    marks = {row["student"]: {each: float(row[each]) for each in expect["exercises"]} for row in rows}
    assert marks == expect["marks"]
    assert expect.get("notes", "") in " ".join(row["note"] for row in rows)
    assert filled_in() == expect.get("filled", {})


def filled_in():
    """The grade for each id in Moodle's file, in any language: the fifth column of these cases."""
    rows = list(csv.reader(lines_of("moodle.csv"))) if Path("out/moodle.csv").exists() else []
    return {row[0]: row[4] for row in rows[1:]}


def lines_of(name):
    return Path("out", name).read_text(encoding="utf-8").splitlines()
