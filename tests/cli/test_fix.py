"""`fix`: the diff of a change that was run and passes, and the file with it."""

import subprocess

import pytest

pytestmark = pytest.mark.usefixtures("lent_engine")

FILE = "solutions/core/first.py"
DIFF = f"""\
--- a/{FILE}
+++ b/{FILE}
@@ -1,2 +1,2 @@
 def solve(x):
-    (x**3).backward()
+    (x**2).backward()
"""
CRLF = b"def solve(x):\r\n    (x**3).backward()"


def test_the_fix_is_shown_as_a_diff_and_the_file_stays(run, solve):
    path = solve("wrong")
    before = path.read_bytes()
    assert run("fix", "core/first") == (0, DIFF, "")
    assert path.read_bytes() == before


def test_write_makes_the_change_and_keeps_the_old_file(run, solve, course):
    path = solve("wrong")
    before = path.read_bytes()
    code, out, err = run("fix", "first", "--write")
    assert (code, out, err) == (0, f"{DIFF}Renamed {FILE} to first.py.bak.\nWrote the fix to {FILE}.\n", "")
    assert path.with_name("first.py.bak").read_bytes() == before
    assert run("fix", "core/first") == (0, f"{FILE} passes already.\n", "")


def test_the_line_ends_of_the_file_stay_and_git_accepts_the_diff(run, solve, course, monkeypatch):
    path = solve("wrong")
    path.write_bytes(CRLF)
    diff = run("fix", "core/first")[1]
    (course / "fix.patch").write_text(diff, encoding="utf-8", newline="")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(course.parent))
    subprocess.run(["git", "apply", "fix.patch"], cwd=course, check=True)
    applied = path.read_bytes()
    path.write_bytes(CRLF)
    run("fix", "core/first", "--write")
    assert path.read_bytes() == applied == CRLF.replace(b"**3", b"**2")


def test_what_is_not_started_has_a_hint_and_no_fix(run, course):
    assert run("fix", "core/first") == (1, f"{FILE} is not started. For a hint: python -m grader hint core/first\n", "")


def test_where_no_small_change_passes_the_command_says_so(run, solve):
    solve("def solve(x):\n    raise SystemExit\n")
    code, out, err = run("fix", "core/first")
    assert (code, err) == (1, "")
    assert out == (
        f"No small change was found with which {FILE} passes.\nTo see what differs: python -m grader core/first\n"
        "For a hint: python -m grader hint core/first\n"
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["core/second"], "There is no file solutions/core/second.py.\n"),
        (["core/frist"], "There is no exercise `core/frist`. Did you mean `core/first`?\n"),
    ],
)
def test_an_error_is_a_sentence(run, course, argv, said):
    assert run("fix", *argv) == (2, "", said)


def test_a_file_that_was_saved_meanwhile_is_not_overwritten(run, solve, monkeypatch):
    from grader import library

    path = solve("wrong")
    find = library.find_fix

    def slow(*arguments):
        found = find(*arguments)
        path.write_text("def solve(x):\n    pass\n", encoding="utf-8")
        return found

    monkeypatch.setattr(library, "find_fix", slow)
    code, _, err = run("fix", "core/first", "--write")
    assert (code, err) == (2, f"{FILE} was saved while it was graded, so nothing was written. Run the command again.\n")
    assert path.read_text(encoding="utf-8") == "def solve(x):\n    pass\n"
