"""The progress of a batch, as lines and as a bar, and the lines at its end."""

import io

import pytest

from grader.records.events import BatchFinished, BatchStarted, BatchSubmission
from grader.records.result import RunInfo
from grader.reports.progress import Bar, LineProgress, finished, interrupted

RUN = RunInfo(grader="0", torch="2.13.0", device="cpu", sandbox="full", seed="a-secret")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


class Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def done(**more):
    counts = {"submissions": 9, "graded": 9, "unreadable": 0, "grader_errors": 0, "gone": 0, "written": ("gradebook.csv",)}
    return BatchFinished(**counts | more)


def lines_of(total, seconds_each, failed=0):
    """What a batch of `total` submissions prints if its output is not a terminal."""
    stream, clock = io.StringIO(), Clock()
    lines = LineProgress(stream, clock)
    lines(BatchStarted(RUN, total, 0))
    for number in range(total):
        clock.now += seconds_each
        lines(BatchSubmission(f"s{number}", number < failed))
    return stream.getvalue().splitlines()


def test_the_first_line_counts_the_submissions_and_shows_no_seed():
    stream = io.StringIO()
    LineProgress(stream)(BatchStarted(RUN, 12, 5))
    assert stream.getvalue() == "12 submissions, 5 of them graded earlier. PyTorch 2.13.0, sandbox full.\n"


def test_a_quick_batch_prints_a_line_every_few_seconds():
    lines = lines_of(1000, 0.125, failed=3)
    assert len(lines) == 1 + 25
    assert lines[2] == "80 of 1000 submissions, 3 not graded, 8.0 per second, 1 min 55 s left"


def test_a_slow_batch_prints_a_line_for_each_percent():
    lines = lines_of(400, 10.0)
    assert len(lines) == 1 + 100
    assert lines[-1].startswith("397 of 400 submissions, 0 not graded, 0.1 per second, 30 s left")


def test_long_durations_are_shown_in_hours():
    assert lines_of(2000, 10.0)[1] == "1 of 2000 submissions, 0 not graded"
    assert lines_of(2000, 10.0)[2].endswith("0.1 per second, 5 h 29 min left")


def test_the_number_of_stored_submissions_is_known_after_an_interruption():
    lines = LineProgress(io.StringIO())
    assert lines.kept == 0
    lines(BatchStarted(RUN, 9, 5))
    lines(BatchSubmission("s", False))
    assert lines.kept == 6


@pytest.mark.parametrize(
    ("kept", "fresh", "said"),
    [
        (0, False, "Interrupted. To continue, run the same command again."),
        (1, False, "Interrupted. 1 submission graded and stored. To continue, run the same command again."),
        (
            2,
            True,
            "Interrupted. 2 submissions graded and stored. To continue, run the same command again, without `--fresh`.",
        ),
    ],
)
def test_an_interruption_says_how_to_continue(kept, fresh, said):
    assert interrupted(kept, fresh) == said


def test_the_end_says_everything_a_teacher_must_know():
    end = done(graded=4, unreadable=1, grader_errors=2, gone=3, remarks=("Not filled in.",))
    assert finished(end) == [
        "9 submissions: 4 graded now, 5 graded earlier.",
        "1 could not be read: the notes in the gradebook say why.",
        "The grader itself failed on 2: no score. To retry them, run the same command again.",
        "No longer among the submissions, but still in the results: 3.",
        "Not filled in.",
        "Written: gradebook.csv.",
    ]


def test_the_end_names_the_students_with_a_result_that_could_not_be_shown_or_without_feedback():
    names = tuple(f"s{number}" for number in range(7))
    assert finished(done(retracted=names, without_feedback=("bo",)))[1:3] == [
        "The results of 7 students could not be shown, and have no score: s0, s1, s2, s3, s4 and 2 more. "
        "All other results are written. To retry them, run the same command again.",
        "No feedback file, because the system refuses its name: bo.",
    ]


def test_a_batch_without_changes_says_so():
    assert finished(done(graded=0, written=()))[-1] == "Nothing has changed, so no file was written."


def test_a_remark_cannot_move_the_cursor():
    stream = io.StringIO()
    LineProgress(stream)(done(remarks=("\x1b[2J",)))
    assert "\x1b" not in stream.getvalue()


def test_a_bar_counts_and_is_removed_at_the_end():
    screen = Screen()
    bar = Bar(screen)
    bar(BatchStarted(RUN, 2, 0))
    bar(BatchSubmission("ana", False))
    bar(BatchSubmission("bo", True))
    assert bar.kept == 2
    bar(done(submissions=2, graded=2))
    assert "2/2" in screen.getvalue()
    assert screen.getvalue().endswith("2 submissions: 2 graded now, 0 graded earlier.\nWritten: gradebook.csv.\n")


def test_a_bar_that_never_started_can_be_closed():
    Bar(Screen()).close()
