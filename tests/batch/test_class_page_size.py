"""`report.html` of the largest class: its size, and the memory for writing it."""

import random
import tracemalloc
from types import SimpleNamespace

import pytest

from grader.batch import class_page
from grader.batch.store import GradedSubmission, Store
from grader.records.result import Diagnosis, Result, RunInfo

RUN = RunInfo(grader="0.1.0", torch="2.13.0", device="cpu", sandbox="full", seed="c0ffee")
STUDENTS, EXERCISES = 1000, 30
MOST_BYTES = 5_000_000
MOST_MEMORY = 30_000_000


@pytest.fixture
def fill(tmp_path, a_row):
    """A store in which four of ten results are wrong, in one of `ways` ways, and every text of a student contains `text`."""
    stores = []

    def fill(ways, text):
        store = Store(tmp_path / "out")
        stores.append(store)
        draw = random.Random(0)
        for number in range(STUDENTS):
            results = [wrong(f"core/e{each}", draw.randrange(ways), text, draw.random() < 0.4) for each in range(EXERCISES)]
            store.save(GradedSubmission(f"{text[:30]} {number:04}", "k", [(each, "k") for each in results]))
        return store

    def wrong(exercise, way, text, is_wrong):
        fields = {"submission": "", "exercise": exercise, "file": f"{exercise}.py", "max_score": 4.0}
        if not is_wrong:
            return Result(verdict="passed", score=4.0, summary="Every step is right.", **fields)
        steps = tuple(
            a_row(
                "mse_loss(model(X), y).backward()", "wrong", 9, {"w.grad": [1.0, 2.0]}, {"w.grad": [float(way), 3.0]}, note=text
            )
            for _ in range(8)
        )
        because = Diagnosis(misconception="zero-skipped", message=text, line=3)
        return Result(verdict="failed", score=2.0, summary=text, steps=steps, diagnoses=(because,), **fields)

    yield fill
    for store in stores:
        store.close()


def size(store, path):
    exercises = [SimpleNamespace(id=f"core/e{number}", title=f"Exercise {number} of a course") for number in range(EXERCISES)]
    with path.open("w", encoding="utf-8") as stream:
        class_page.write(store, exercises, RUN, stream)
    return path.stat().st_size


@pytest.mark.slow
@pytest.mark.parametrize(("ways", "text"), [(30, "The gradient was never reset."), (10**9, "<'&\U0001f600" * 300)])
def test_a_thousand_students_and_thirty_exercises_stay_below_five_megabytes(fill, tmp_path, ways, text):
    assert 1_000_000 < size(fill(ways, text), tmp_path / "report.html") < MOST_BYTES


@pytest.mark.slow
def test_the_memory_for_writing_is_bounded(fill, tmp_path):
    store = fill(10**9, "Never the same.")
    tracemalloc.start()
    try:
        size(store, tmp_path / "report.html")
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
