"""One submission can be large in many small parts. It is refused as a whole before they are read; all others are graded."""

import tracemalloc
import zipfile

import pytest

from grader.submissions import allowance, archive_container
from grader.submissions.collect import collect_submissions
from grader.submissions.container import MOST_FILES
from grader.submissions.notebook import MOST_CODE_LINES

PILE, RESET = "core/gradients-pile-up", "core/reset-to-none"


@pytest.fixture
def ana_and_ben(write, tmp_path, exercises):
    write("all/ben/gradients_pile_up.py")

    def ana_and_ben(root="all"):
        ana, ben = collect_submissions(tmp_path / root, exercises)
        assert ben.files[PILE].text == "x = 1\n"
        return ana

    return ana_and_ben


@pytest.fixture
def opened(monkeypatch):
    """The number of members of each archive that was opened."""
    found = []

    class Counted(zipfile.ZipFile):
        def __init__(self, *args):
            super().__init__(*args)
            found.append(len(self.infolist()))

    monkeypatch.setattr(archive_container.zipfile, "ZipFile", Counted)
    return found


def test_forty_archives_are_opened_only_until_there_are_too_many_files(write, ana_and_ben, opened, packed):
    content = packed((f"{number}.py", "") for number in range(999))
    for number in range(40):
        write(f"all/ana/{number:02}.zip", content)
    assert ana_and_ben().problem == "It has more than 10,000 files, those in archives included."
    assert len([each for each in opened if each]) <= 10
    assert sum(opened) <= MOST_FILES


def test_the_memory_for_many_archives_is_that_of_one(write, ana_and_ben, packed):
    content = packed((f"{number}.py", "") for number in range(9_990))
    for number in range(5):
        write(f"all/ana/{number}.zip", content)
    tracemalloc.start()
    try:
        assert ana_and_ben().problem == "It has more than 10,000 files, those in archives included."
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40_000_000


def test_an_archive_of_as_many_files_as_are_allowed_is_opened(write, ana_and_ben, packed):
    write("all/ana/work.zip", packed([("gradients_pile_up.py", "a = 1\n"), *((f"{each}.txt", "") for each in range(9_990))]))
    ana = ana_and_ben()
    assert (ana.problem, ana.files[PILE].text) == ("", "a = 1\n")


def test_bytes_are_counted_over_all_archives_and_the_rest_is_not_read(write, ana_and_ben, packed, monkeypatch):
    content = packed([(zipfile.ZipInfo("a.txt"), "x" * 300_000)])
    for number in range(40):
        write(f"all/ana/{number:02}.zip", content)
    monkeypatch.setattr(allowance, "MOST_READ_BYTES", 1_000_000)
    monkeypatch.setattr("grader.submissions.student_submission.Allowance", lambda: allowance.Allowance(read_bytes=1_000_000))
    read = []
    monkeypatch.setattr("grader.submissions.folder_container.read_regular_file", counted_reader(read))
    assert ana_and_ben().problem == "Its archives and solutions have more than 1,000,000 bytes together."
    assert sum(read) <= 1_000_000 + 100  # and the solution of the other student


def counted_reader(read):
    from grader.submissions.read import read_regular_file

    def reader(path, most):
        content = read_regular_file(path, most)
        read.append(len(content))
        return content

    return reader


def test_a_file_too_large_by_itself_is_a_problem_of_its_exercise_only(write, ana_and_ben):
    write("all/ana/gradients_pile_up.py", b"#" * 1_000_001)
    ana = ana_and_ben()
    assert (ana.problem, ana.files[PILE].problem) == ("", "It has 1,000,001 bytes; a solution may have at most 1,000,000.")


def test_a_notebook_of_a_million_lines_is_refused_before_its_lines_are_listed(write, ana_and_ben, notebook):
    write("all/ana/gradients_pile_up.ipynb", notebook("\n" * 990_000))
    tracemalloc.start()
    try:
        ana = ana_and_ben()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ana.files[PILE].problem == "Its code has more than 100,000 lines."
    assert peak < 30_000_000


def test_lines_are_counted_over_all_cells(write, ana_and_ben, notebook):
    write("all/ana/gradients_pile_up.ipynb", notebook(*["\n" * (MOST_CODE_LINES // 10)] * 11))
    assert ana_and_ben().files[PILE].problem == "Its code has more than 100,000 lines."


def test_lines_are_counted_over_all_notebooks(write, ana_and_ben, notebook, monkeypatch):
    monkeypatch.setattr("grader.submissions.student_submission.Allowance", lambda: allowance.Allowance(notebook_lines=100))
    write("all/ana/gradients_pile_up.ipynb", notebook("\n" * 60))
    write("all/ana/reset_to_none.ipynb", notebook("\n" * 60))
    ana = ana_and_ben()
    assert ana.problem == "The code of its notebooks has more than 200,000 lines together."
    assert ana.files == {}


def test_files_beside_archives_count_too(write, ana_and_ben, monkeypatch):
    monkeypatch.setattr("grader.submissions.student_submission.Allowance", lambda: allowance.Allowance(files=3))
    for number in range(4):
        write(f"all/ana/{number}.txt")
    assert ana_and_ben().problem == "It has more than 10,000 files, those in archives included."
