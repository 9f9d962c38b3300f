"""list, hint and reset."""

import pytest


def test_list_shows_every_exercise_and_ends_with_the_next(run, course):
    code, out, err = run("list")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Next: core/first (The first gradient) in solutions/core/first.py"
    for part in ("core/first", "core/second", "level 1, backward fills .grad", "not graded yet"):
        assert part in out


def test_list_shows_only_what_is_selected(run, course):
    _, out, _ = run("list", "--exercise", "core/second")
    assert "core/first" not in out
    assert "core/second" in out


def test_list_fits_60_columns(run, course, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert max(len(line) for line in run("list")[1].splitlines()) <= 60


def test_the_first_hint_comes_first_and_names_the_second(run, course):
    assert run("hint", "core/first") == (
        0,
        "Hint 1 of 2: Look at the loss.\nNext hint: python -m grader hint core/first 2\n",
        "",
    )


def test_the_last_hint_names_no_next_one(run, course):
    assert run("hint", "first", "2") == (0, "Hint 2 of 2: Call backward on it.\n", "")


def test_hint_0_is_the_task(run, course):
    assert run("hint", "core/first", "0") == (0, "core/first: The first gradient\nCall backward on x**2.\n", "")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["hint", "core/first", "3"], "core/first has no hint 3. Its hints are numbered from 1 to 2.\n"),
        (["hint", "core/second"], "core/second has no hints.\n"),
        (["hint", "core/frist"], "There is no exercise `core/frist`. Did you mean `core/first`?\n"),
        (["hint", "zzz"], "There is no exercise `zzz`. `python -m grader list` lists all exercises.\n"),
        (["reset", "core/second"], "core/second has no starter: write core/second.py yourself.\n"),
        (["reset", "zzz"], "There is no exercise `zzz`. `python -m grader list` lists all exercises.\n"),
        (["list", "--exercises", "nowhere"], "`--exercises nowhere`: this folder does not exist.\n"),
    ],
)
def test_a_usage_error_exits_2_and_says_why(run, course, argv, said):
    assert run(*argv) == (2, "", said)


def test_a_name_in_two_tracks_needs_the_whole_id(run, course):
    text = (course / "exercises/core/01-first/exercise.yaml").read_text(encoding="utf-8")
    (course / "exercises/pixels/01-first").mkdir(parents=True)
    (course / "exercises/pixels/01-first/exercise.yaml").write_text(text, encoding="utf-8")
    assert run("hint", "first") == (2, "", "`first` can mean core/first or pixels/first. Write the whole id.\n")


@pytest.mark.parametrize("command", [["list"], ["grade"], ["hint", "core/first"], ["reset", "core/first"]])
def test_outside_a_course_the_error_says_what_to_do(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    assert run(*command) == (
        2,
        "",
        f"There is no folder `exercises` in {tmp_path} or above it. "
        "Change to the folder of the course, or name the folder of exercises with `--exercises DIR`.\n",
    )


@pytest.mark.parametrize("command", [["grade"], ["reset", "core/first"]])
def test_without_solutions_the_error_says_what_to_do(run, course, command):
    (course / "solutions").rename(course / "elsewhere")
    code, _, err = run(*command)
    assert code == 2
    assert err == f"There is no folder `solutions` in {course} or above it. Name the folder or the file to grade.\n"


def test_reset_restores_the_starter_and_keeps_every_old_file(run, course, solve):
    path = course / "solutions/core/first.py"
    starter = path.read_text(encoding="utf-8")
    for attempt in range(3):
        solve(f"attempt {attempt}\n")
        assert run("reset", "core/first")[0] == 0
        assert path.read_text(encoding="utf-8") == starter
    kept = {file.name: file.read_text(encoding="utf-8") for file in path.parent.glob("first.py.bak*")}
    assert kept == {"first.py.bak": "attempt 0\n", "first.py.bak.1": "attempt 1\n", "first.py.bak.2": "attempt 2\n"}


def test_reset_names_the_backup(run, solve):
    solve("mine\n")
    assert run("reset", "core/first")[1] == (
        "Renamed solutions/core/first.py to first.py.bak.\nsolutions/core/first.py is the starter again.\n"
    )


def test_reset_keeps_no_copy_of_the_starter_itself(run, course):
    before = sorted((course / "solutions/core").iterdir())
    assert run("reset", "core/first") == (0, "solutions/core/first.py is the starter already.\n", "")
    assert sorted((course / "solutions/core").iterdir()) == before


def test_reset_writes_a_file_that_is_missing(run, course):
    path = course / "solutions/core/first.py"
    path.unlink()
    assert run("reset", "core/first") == (0, "solutions/core/first.py is the starter again.\n", "")
    assert list(path.parent.iterdir()) == [path]


def test_misconceptions_are_listed_outside_a_course_too(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "60")
    code, out, err = run("list", "--misconceptions")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "zero-skipped"
    assert max(len(line) for line in out.splitlines() if not line.startswith("    https://")) <= 60
