"""The page of `watch`."""

from dataclasses import replace

import pytest

from grader.records.exercise import Exercise, Setup
from grader.records.result import Diagnosis, Result
from grader.records.watching import SavedChange, WatchState
from grader.reports.plain import flowing
from grader.reports.watching import WatchPage
from grader.reports.wording import watching


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LINES", "24")


def result(name, verdict):
    return Result(
        submission="s", exercise=f"core/{name}", file=None, verdict=verdict, score=0.0, max_score=4.0, summary="A sentence."
    )


@pytest.fixture
def course():
    exercises = [
        Exercise(f"core/e{number}", "", f"The title of exercise {number}, which is long", "write", "solve", ("x",), Setup(), ())
        for number in range(40)
    ]
    return WatchState(tuple(exercises), {each.id: result(each.slug, "not_started") for each in exercises}, "core/e0")


@pytest.fixture
def drawn(screen, text_on):
    """What a page shows."""

    def drawn(state, width=60, keys=True, **more):
        stream = screen(**more)
        WatchPage(stream, keys=keys, solutions="solutions", width=width).draw(state)
        return text_on(stream).removeprefix("\x1b[H\x1b[2J")

    return drawn


@pytest.mark.parametrize(("current", "above", "below"), [(0, 0, 24), (20, 12, 12), (39, 24, 0)])
def test_the_list_fits_and_shows_the_current_exercise(drawn, course, current, above, below):
    text = drawn(replace(course, page="list", current=f"core/e{current}"))
    assert f"> . The title of exercise {current}," in text.replace("·", ".")
    assert len(text.splitlines()) <= 24
    assert (f"{above} more above" in text, f"{below} more below" in text) == (above > 0, below > 0)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_of_the_list_is_wider_than_the_terminal(drawn, course, width):
    text = drawn(replace(course, page="list"), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "not started" in text


def test_without_keys_the_list_is_complete_and_nothing_is_cleared(drawn, course):
    text = drawn(replace(course, page="list"), keys=False)
    assert text.count("The title") == 40
    assert "more below" not in text
    assert "\x1b" not in text


def test_a_terminal_with_an_old_encoding_gets_ascii_marks(drawn, course):
    passed = replace(course, results=course.results | {"core/e0": result("e0", "passed")}, page="list")
    assert "> + The title" in drawn(passed, encoding="ascii")


def test_text_of_an_author_does_not_move_the_cursor(drawn, course):
    evil = replace(course.exercises[0], title="\x1b[2Jgone", hints=("\x1b]0;x\x07",), task="\x1b[1A")
    text = drawn(replace(course, exercises=(evil,), hints=1, error="\x1b[31m"), keys=False)
    assert "\x1b" not in text
    assert text.count("\\x1b") == 4


def test_the_fix_is_drawn_only_when_it_is_asked_for(drawn, course):
    found = Diagnosis(misconception=None, message="Something differs.", fix="change line 2", patch="--- a/x.py\n+++ b/x.py\n")
    failed = result("e0", "failed").model_copy(update={"diagnoses": (found,)})
    shown = replace(course, results={**course.results, "core/e0": failed})
    assert "+++ b/x.py" not in drawn(shown)
    assert "To fix it" not in drawn(shown)
    assert "--- a/x.py\n+++ b/x.py\n" in drawn(replace(shown, shows_fix=True))
    assert "f fix" in drawn(shown)


def test_while_a_question_is_open_no_keys_are_shown(drawn, course):
    text = drawn(replace(course, asks_reset=True), width=100)
    assert "(y/n)" in text
    assert "q quit" not in text


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("not_started", "passed", "12:00:00 e0.py saved: passed, before: not started."),
        ("failed", "failed", "12:00:00 e0.py saved: still 0/4 points."),
        (None, "failed", "12:00:00 e0.py saved: 0/4 points."),
        ("passed", "not_found", "12:00:00 e0.py is gone."),
    ],
)
def test_a_saved_file_is_reported_with_its_old_and_new_state(drawn, course, before, after, said):
    change = SavedChange(course.exercises[0], before and result("e0", before), result("e0", after))
    assert said in drawn(replace(course, changes=(change,), changed_at="12:00:00"))


def test_paragraphs_become_one_line_and_lists_and_code_keep_theirs():
    text = "One line\nand its rest.\n\n1. first\n   goes on\n2. second\n\n```python\nx = 1\n\ny = 2\n```\nAfter\nwards.\n"
    assert flowing(text).split("\n") == [
        "One line and its rest.",
        "",
        "1. first goes on",
        "2. second",
        "",
        "    x = 1",
        "",
        "    y = 2",
        "After wards.",
    ]


def test_errors_of_files_become_sentences():
    assert watching.file_error(PermissionError(13, "Permission denied", "a.py")) == "a.py: Permission denied."
    assert watching.file_error(OSError("disk is full")) == "disk is full."
    assert "WATCHFILES_FORCE_POLLING=true" in watching.cannot_watch("too many files")
