"""What `watch` does next, without a terminal: which exercise, which page, what is graded."""

import pytest

from grader.cli.watching.state import (
    CourseRead,
    CourseSaved,
    GradeRequest,
    NewResults,
    Pressed,
    ReadCourse,
    Reset,
    Saved,
    Started,
    Trouble,
    WasReset,
    after,
)
from grader.records.exercise import Exercise, Setup
from grader.records.result import Result
from grader.records.watching import Watched


def exercise(name, **more):
    more = {"hints": ("Look.", "Look closer."), "starter": "def solve(x): ...\n"} | more
    return Exercise(f"core/{name}", f"{name}.yaml", name.title(), "write", "solve", ("x",), Setup(), (), **more)


def result(name, verdict="failed", score=0.0):
    return Result(
        submission="s", exercise=f"core/{name}", file=None, verdict=verdict, score=score, max_score=4.0, summary="A sentence."
    )


def results(**verdicts):
    return {f"core/{name}": result(name, verdict) for name, verdict in verdicts.items()}


A, B, C = exercise("a"), exercise("b"), exercise("c")
ALL = frozenset({"core/a", "core/b", "core/c"})


def state(**verdicts):
    """A session in which these verdicts came first."""
    start, _ = after(Watched((A, B, C)), Started())
    return after(start, NewResults(results(**verdicts), at="12:00:00"))[0]


def press(state, *keys):
    actions = ()
    for key in keys:
        state, actions = after(state, Pressed(key))
    return state, actions


def save(state, name, verdict, score=0.0):
    graded = NewResults({f"core/{name}": result(name, verdict, score)}, frozenset({f"core/{name}"}), "12:00:01")
    return after(state, graded)[0]


def test_everything_is_graded_first():
    assert after(Watched((A, B, C)), Started())[1] == (GradeRequest(ALL),)


def test_it_begins_with_the_first_exercise_that_does_not_pass():
    assert state(a="passed", b="not_started", c="failed").current == "core/b"


def test_it_begins_with_the_first_of_all_when_all_pass():
    assert state(a="passed", b="passed", c="passed").current == "core/a"


def test_a_saved_file_is_graded():
    assert after(state(a="failed"), Saved(frozenset({"core/a"})))[1] == (GradeRequest(frozenset({"core/a"}), saved=True),)


def test_a_save_shows_the_verdict_before_and_after():
    now = save(state(a="failed"), "a", "passed", 4.0)
    (change,) = now.changes
    assert (change.exercise, change.before.verdict, change.after.verdict) == (A, "failed", "passed")
    assert (now.changed_at, now.current) == ("12:00:01", "core/a")


def test_a_passed_exercise_stays_on_the_page_until_a_key_says_next():
    passed = save(state(a="failed", b="failed"), "a", "passed")
    assert passed.current == "core/a"
    assert press(passed, "n")[0].current == press(passed, "enter")[0].current == "core/b"


def test_next_skips_what_passes_and_begins_again_after_the_last():
    now = state(a="failed", b="passed", c="failed")
    assert press(now, "n")[0].current == "core/c"
    assert press(now, "n", "n")[0].current == "core/a"


def test_enter_skips_nothing_that_does_not_pass():
    assert press(state(a="failed", b="failed"), "enter")[0].current == "core/a"


def test_next_says_when_nothing_else_is_left():
    now, _ = press(state(a="failed", b="passed", c="passed"), "n")
    assert (now.current, now.notice) == ("core/a", "This is the only exercise left that does not pass.")
    assert press(now, "l")[0].notice == ""


def test_next_stays_when_all_pass():
    now = state(a="passed", b="passed", c="passed")
    assert press(now, "n") == (now, ())


def test_saving_another_exercise_goes_there():
    now = save(press(state(a="failed"), "h")[0], "c", "failed")
    assert (now.current, now.hints, now.page) == ("core/c", 0, "exercise")
    assert [change.exercise for change in now.changes] == [C]


def test_many_files_at_once_move_nobody():
    graded = NewResults(results(b="failed", c="failed"), frozenset({"core/b", "core/c"}), "12:00:01")
    now, _ = after(state(a="failed"), graded)
    assert (now.current, len(now.changes)) == ("core/a", 2)


def test_each_h_shows_one_more_hint_until_the_last():
    now = state(a="failed")
    assert [press(now, *"h" * count)[0].hints for count in (1, 2, 3)] == [1, 2, 2]
    assert press(now, *"hhh")[0].notice == "That was the last hint."


def test_hints_are_forgotten_at_the_next_exercise():
    assert press(state(a="failed", b="failed"), "h", "n")[0].hints == 0


def test_an_exercise_without_hints_says_so():
    now, _ = after(Watched((exercise("a", hints=()),)), NewResults(results(a="failed")))
    assert press(now, "h")[0].notice == "This exercise has no hints."


@pytest.mark.parametrize("key", ["l", "enter"])
def test_the_list_is_left_as_it_was_entered(key):
    now = state(a="failed")
    assert press(now, "l")[0].page == "list"
    assert press(now, "l", key)[0] == now


def test_a_save_leaves_the_list():
    assert save(press(state(a="failed"), "l")[0], "a", "failed").page == "exercise"


def test_all_grades_all_and_shows_the_list():
    now, actions = press(state(a="failed"), "a")
    assert (now.page, actions) == ("list", (GradeRequest(ALL),))
    graded, _ = after(now, NewResults(results(a="passed"), at="12:00:05"))
    assert (graded.page, graded.notice, graded.current) == ("list", "12:00:05 All exercises were graded.", "core/a")


def test_only_y_resets():
    asked, nothing = press(state(a="failed"), "r")
    assert (asked.asks_reset, nothing) == (True, ())
    assert press(asked, "y") == (state(a="failed"), (Reset(A),))
    for key in ("n", "q", "enter", "r"):
        assert press(asked, key) == (state(a="failed"), ())


def test_a_reset_says_where_the_old_file_is():
    assert after(state(a="failed"), WasReset("a.py is now a.py.bak."))[0].notice == "a.py is now a.py.bak."


def test_without_a_starter_there_is_nothing_to_reset_to():
    now, _ = after(Watched((exercise("a", starter=None),)), NewResults(results(a="failed")))
    asked, actions = press(now, "r")
    assert (asked.asks_reset, actions) == (False, ())
    assert asked.notice == "core/a has no starter: write core/a.py yourself."


def test_q_ends_it():
    assert press(state(a="failed"), "q")[0].is_over


def test_other_keys_do_nothing():
    now = press(state(a="failed"), "h", "h", "h")[0]
    assert press(now, "x", "7", " ", "ä") == (now, ())


def test_a_saved_exercise_file_has_the_course_read_again():
    assert after(state(a="failed"), CourseSaved())[1] == (ReadCourse(),)


def test_only_exercises_that_changed_are_graded_again():
    now = state(a="failed", b="failed", c="failed")
    changed = exercise("b", task="Another task.")
    assert after(now, CourseRead((A, changed, C))) == (
        Watched((A, changed, C), now.results, "core/a"),
        (GradeRequest(frozenset({"core/b"})),),
    )


def test_a_course_that_reads_the_same_changes_nothing():
    now = press(state(a="failed", b="failed", c="failed"), "h")[0]
    assert after(now, CourseRead((A, B, C))) == (now, ())


def test_what_could_not_be_graded_before_is_graded_once_the_course_is_mended():
    assert after(state(a="failed"), CourseRead((A, B, C)))[1] == (GradeRequest(frozenset({"core/b", "core/c"})),)


def test_an_exercise_that_is_taken_away_is_left():
    now, _ = after(state(a="failed", b="passed", c="failed"), CourseRead((B, C)))
    assert (now.current, set(now.results)) == ("core/c", {"core/b", "core/c"})


def test_trouble_stays_through_keys_and_goes_with_the_next_verdict():
    now, _ = after(state(a="failed"), Trouble("exercise.yaml:3: this bracket is not closed."))
    assert press(now, "h", "n")[0].trouble == "exercise.yaml:3: this bracket is not closed."
    assert save(now, "a", "failed").trouble == ""


def test_trouble_at_the_start_still_shows_an_exercise():
    assert after(Watched((A, B, C)), Trouble("A sentence."))[0].current == "core/a"
