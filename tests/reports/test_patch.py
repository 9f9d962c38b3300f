"""The patch of a fix: `git apply` and `patch` accept it, and leave the file as it was run, with its own line ends."""

import random
import shutil
import subprocess

import pytest

from grader.records.submission import SolutionFile
from grader.reports.patch import patch, with_line_ends
from grader.submissions.read import solution_of_bytes

TEXT = "import torch\n\n\ndef solve(x):\n    a(x)\n    b(x)\n    c(x)\n    d(x)\n    e(x)\n    return x\n"
FIXED = TEXT.replace("    b(x)\n", "").replace("    e(x)\n", "    e(x)\n    b(x)\n")
COMMANDS = [["git", "apply", "fix.patch"], ["patch", "-s", "-p1", "--binary", "-i", "fix.patch"]]


def changed(text, seed):
    """The text with one to three lines inserted, removed or written anew."""
    chance = random.Random(seed)
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(lines))
        lines[place : place + chance.randint(0, 2)] = [f"new {chance.randint(0, 99)}" for _ in range(chance.randint(1, 2))]
    return "\n".join(lines)


@pytest.fixture
def applied(tmp_path, monkeypatch):
    """The bytes of the file after a command has applied the patch."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))

    def applied(command, path, content, diff):
        folder = tmp_path / "work"
        shutil.rmtree(folder, ignore_errors=True)
        file = folder / path
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        (folder / "fix.patch").write_text(diff, encoding="utf-8", newline="")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{diff}"
        return file.read_bytes()

    return applied


@pytest.mark.processes
@pytest.mark.parametrize("command", COMMANDS, ids=["git", "patch"])
@pytest.mark.parametrize("path", ["core/x.py", "my work/x y.py"])
@pytest.mark.parametrize(
    ("end", "last", "start"),
    [("\n", True, ""), ("\n", False, ""), ("\r\n", True, ""), ("\r\n", False, ""), ("\n", True, "\ufeff")],
    ids=["plain", "without a line end", "CRLF", "CRLF without a line end", "BOM"],
)
def test_the_patch_is_accepted_and_leaves_what_was_run(command, path, end, last, start, applied):
    for seed in range(6):
        text = TEXT if last else TEXT.removesuffix("\n")
        content = (start + text.replace("\n", end)).encode()
        file = solution_of_bytes(path, content, [])
        fixed = FIXED.removesuffix("" if last else "\n") if seed == 0 else changed(file.text, seed)
        got = applied(command, path, content, patch(file, fixed, "core/x.py"))
        assert solution_of_bytes(path, got, []).text == fixed
        assert got.decode() == with_line_ends(file, fixed)


def test_lines_that_stay_keep_their_own_ends_and_new_ones_get_the_usual_end():
    file = solution_of_bytes("x.py", b"a\r\nb\nc\r\nd", [])
    assert with_line_ends(file, "a\nb\nnew\nd\nlast") == "a\r\nb\nnew\r\nd\r\nlast"


def test_distant_changes_are_two_hunks():
    text = "".join(f"{number}\n" for number in range(40))
    diff = patch(SolutionFile("x.py", text), text.replace("\n5\n", "\n5\nnew\n").replace("\n30\n", "\n"), "x.py")
    assert [line for line in diff.splitlines() if line.startswith("@@")] == ["@@ -4,6 +4,7 @@", "@@ -28,7 +29,6 @@"]


@pytest.mark.parametrize("path", ["/tmp/x.py", "../x.py", "C:\\x.py", 'a"b.py', "a\nb.py"])
def test_a_path_that_a_patch_cannot_name_is_replaced_by_that_of_the_exercise(path):
    assert patch(SolutionFile(path, "a\n"), "b\n", "core/x.py").startswith("--- a/core/x.py\n+++ b/core/x.py\n@@ -1,1 +1,1 @@\n")


def test_a_file_in_another_encoding_has_no_patch():
    file = solution_of_bytes("x.py", "# coding: latin-1\n# é\nx\n".encode("latin-1"), [])
    assert patch(file, file.text.replace("x\n", "y\n"), "x.py") is None


def test_the_patch_of_a_notebook_is_that_of_its_cells():
    file = SolutionFile("hw.ipynb", "import torch\nf()\n\na()\nb()\n", cells=((2, 1), (2, 2), (2, 3), (5, 1), (5, 2)))
    diff = patch(file, "import torch\nf()\n\na()\nc()\nb()\n", "core/x.py")
    assert diff == "--- a/hw.ipynb.cell5.py\n+++ b/hw.ipynb.cell5.py\n@@ -1,2 +1,3 @@\n a()\n+c()\n b()\n"
