"""What `watch` does next, without a terminal: which exercise, which page, what is graded."""

import pytest

from grader.cli.watching.state import (
    ActionFailed,
    ExercisesRead,
    ExercisesSaved,
    GradeExercises,
    KeyPressed,
    NewResults,
    ReadExercises,
    RestoreStarter,
    SolutionsSaved,
    Started,
    StarterRestored,
    after,
)
from grader.records.exercise import Exercise, Setup
from grader.records.result import Diagnosis, Result
from grader.records.watching import WatchState


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
    """The state of a session after these first verdicts."""
    start, _ = after(WatchState((A, B, C)), Started())
    return after(start, NewResults(results(**verdicts), at="12:00:00"))[0]


def press(state, *keys):
    actions = ()
    for key in keys:
        state, actions = after(state, KeyPressed(key))
    return state, actions


def save(state, name, verdict, score=0.0):
    graded = NewResults({f"core/{name}": result(name, verdict, score)}, frozenset({f"core/{name}"}), "12:00:01")
    return after(state, graded)[0]


def test_everything_is_graded_first():
    assert after(WatchState((A, B, C)), Started())[1] == (GradeExercises(ALL),)


def test_it_begins_with_the_first_exercise_that_does_not_pass():
    assert state(a="passed", b="not_started", c="failed").current == "core/b"


def test_it_begins_with_the_first_of_all_when_all_pass():
    assert state(a="passed", b="passed", c="passed").current == "core/a"


def test_a_saved_file_is_graded():
    assert after(state(a="failed"), SolutionsSaved(frozenset({"core/a"})))[1] == (
        GradeExercises(frozenset({"core/a"}), saved=True),
    )


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


def test_saving_many_files_at_once_keeps_the_exercise():
    graded = NewResults(results(b="failed", c="failed"), frozenset({"core/b", "core/c"}), "12:00:01")
    now, _ = after(state(a="failed"), graded)
    assert (now.current, len(now.changes)) == ("core/a", 2)


def test_each_h_shows_one_more_hint_until_the_last():
    now = state(a="failed")
    assert [press(now, *"h" * count)[0].hints for count in (1, 2, 3)] == [1, 2, 2]
    assert press(now, *"hhh")[0].notice == "That was the last hint."


def test_the_next_exercise_starts_without_hints():
    assert press(state(a="failed", b="failed"), "h", "n")[0].hints == 0


def test_f_shows_the_fix_and_hides_it_again_and_a_saved_file_hides_it_too():
    patch = Diagnosis(misconception=None, message="m", patch="--- a/x.py\n")
    now = after(state(a="failed"), NewResults({"core/a": result("a").model_copy(update={"diagnoses": (patch,)})}))[0]
    assert [press(now, *"f" * count)[0].shows_fix for count in (0, 1, 2)] == [False, True, False]
    assert not press(now, "f", "n")[0].shows_fix
    assert not save(press(now, "f")[0], "a", "failed").shows_fix


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("failed", "No small change was found that passes."),
        ("passed", "This exercise passes."),
        ("not_started", "This exercise is not started."),
    ],
)
def test_where_there_is_no_fix_f_says_so(verdict, said):
    one = after(WatchState((A,)), NewResults(results(a=verdict)))[0]
    assert (press(one, "f")[0].notice, press(one, "f")[0].shows_fix) == (said, False)


def test_an_exercise_without_hints_says_so():
    now, _ = after(WatchState((exercise("a", hints=()),)), NewResults(results(a="failed")))
    assert press(now, "h")[0].notice == "This exercise has no hints."


@pytest.mark.parametrize("key", ["l", "enter"])
def test_leaving_the_list_changes_nothing(key):
    now = state(a="failed")
    assert press(now, "l")[0].page == "list"
    assert press(now, "l", key)[0] == now


def test_a_save_leaves_the_list():
    assert save(press(state(a="failed"), "l")[0], "a", "failed").page == "exercise"


def test_all_grades_all_and_shows_the_list():
    now, actions = press(state(a="failed"), "a")
    assert (now.page, actions) == ("list", (GradeExercises(ALL),))
    graded, _ = after(now, NewResults(results(a="passed"), at="12:00:05"))
    assert (graded.page, graded.notice, graded.current) == ("list", "12:00:05 All exercises were graded.", "core/a")


def test_only_y_resets():
    asked, nothing = press(state(a="failed"), "r")
    assert (asked.asks_reset, nothing) == (True, ())
    assert press(asked, "y") == (state(a="failed"), (RestoreStarter(A),))
    for key in ("n", "q", "enter", "r"):
        assert press(asked, key) == (state(a="failed"), ())


def test_a_reset_names_the_backup():
    assert after(state(a="failed"), StarterRestored("Renamed a.py to a.py.bak."))[0].notice == "Renamed a.py to a.py.bak."


def test_without_a_starter_there_is_nothing_to_reset_to():
    now, _ = after(WatchState((exercise("a", starter=None),)), NewResults(results(a="failed")))
    asked, actions = press(now, "r")
    assert (asked.asks_reset, actions) == (False, ())
    assert asked.notice == "core/a has no starter: write core/a.py yourself."


def test_q_ends_it():
    assert press(state(a="failed"), "q")[0].is_over


def test_other_keys_do_nothing():
    now = press(state(a="failed"), "h", "h", "h")[0]
    assert press(now, "x", "7", " ", "ä") == (now, ())


def test_after_saving_an_exercise_file_the_exercises_are_read_again():
    assert after(state(a="failed"), ExercisesSaved())[1] == (ReadExercises(),)


def test_only_exercises_that_changed_are_graded_again():
    now = state(a="failed", b="failed", c="failed")
    changed = exercise("b", task="Another task.")
    assert after(now, ExercisesRead((A, changed, C))) == (
        WatchState((A, changed, C), now.results, "core/a"),
        (GradeExercises(frozenset({"core/b"})),),
    )


def test_a_course_that_reads_the_same_changes_nothing():
    now = press(state(a="failed", b="failed", c="failed"), "h")[0]
    assert after(now, ExercisesRead((A, B, C))) == (now, ())


def test_exercises_without_a_result_are_graded_when_the_course_is_fixed():
    assert after(state(a="failed"), ExercisesRead((A, B, C)))[1] == (GradeExercises(frozenset({"core/b", "core/c"})),)


def test_if_the_current_exercise_is_deleted_another_one_is_shown():
    now, _ = after(state(a="failed", b="passed", c="failed"), ExercisesRead((B, C)))
    assert (now.current, set(now.results)) == ("core/c", {"core/b", "core/c"})


def test_an_error_stays_until_the_next_result():
    now, _ = after(state(a="failed"), ActionFailed("exercise.yaml:3: this bracket is not closed."))
    assert press(now, "h", "n")[0].error == "exercise.yaml:3: this bracket is not closed."
    assert save(now, "a", "failed").error == ""


def test_an_error_at_the_start_still_shows_an_exercise():
    assert after(WatchState((A, B, C)), ActionFailed("A sentence."))[0].current == "core/a"
