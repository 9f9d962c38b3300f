"""`watch` as students use it: in a terminal while files are saved, and without a terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

PATIENCE = 30.0
CLEAR = "\x1b[H\x1b[2J"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
TRULY_WRONG = "def solve(x):\n    loss = x**2\n    (3 * loss).backward()\n"


class Terminal:
    """A command in its own pseudo-terminal."""

    def __init__(self, *argv, columns=100, is_job=False):
        """Start it as the session of a terminal, or as a job of this process, which can be paused."""
        self.ours, self.theirs = pty.openpty()
        self.resize(columns, tell=False)
        self.before = termios.tcgetattr(self.theirs)
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", *argv],
            env=environment(),
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            start_new_session=not is_job,
            process_group=0 if is_job else None,
            preexec_fn=None if is_job else lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def resize(self, columns, *, tell=True):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        if tell:
            self.process.send_signal(signal.SIGWINCH)

    def press(self, keys):
        os.write(self.ours, keys.encode())

    def until(self, *texts):
        """Wait for a page with these texts in this order that ends with the keys or a question, and return it."""
        pattern = ".*".join(re.escape(text) for text in texts)
        deadline = time.monotonic() + PATIENCE
        while not (self.page.rstrip().endswith(("q quit", "(y/n)")) and re.search(pattern, self.page, re.DOTALL)):
            if self._can_be_read():
                self.seen += os.read(self.ours, 65536).decode()
            else:
                is_alive = self.process.poll() is None and time.monotonic() < deadline
                assert is_alive, f"{texts} did not appear on this page:\n{self.page}"
        page, self.seen = self.page, ""
        return page

    @property
    def page(self):
        return ESCAPES.sub("", self.seen.rpartition(CLEAR)[2].replace("\r\n", "\n"))

    def ended(self):
        """Wait for the end, and return the exit code. Output is read meanwhile, or the process could not end."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._can_be_read():
                self.seen += os.read(self.ours, 65536).decode()
        return self.process.wait(0)

    def _can_be_read(self):
        return bool(select.select([self.ours], [], [], 0.1)[0])

    @property
    def attributes(self):
        return termios.tcgetattr(self.theirs)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.ended()
        os.close(self.ours)
        os.close(self.theirs)


def environment():
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}


@pytest.fixture
def watch(course):
    opened = []

    def watch(*argv, **more):
        opened.append(Terminal("--device", "cpu", *argv, **more))
        return opened[-1]

    yield watch
    for terminal in opened:
        terminal.close()


def test_from_the_starter_to_the_end_of_the_course(watch, solve):
    terminal = watch()
    page = terminal.until("The first gradient", "0 of 2 pass", "core/first.py", "Not started", "Call backward on x**2.")
    assert terminal.attributes[3] & (termios.ICANON | termios.ECHO) == 0

    solve(TRULY_WRONG)
    page = terminal.until("first.py saved: 0/1 points, before: not started.")
    assert re.search(r"line 3 .*\[4\] +\[12\]", page)
    assert "Line 3: x.grad is" in page

    solve("right")
    page = terminal.until("1 of 2 pass", "Every step is right.", "Press n to continue with core/second (Another).")
    assert "One backward fills .grad once." in page
    assert "first.py saved: passed, before: 0/1 points." in page

    terminal.press("n")
    terminal.until("Another", "1 of 2 pass", "No file yet")
    solve("right", "second")
    terminal.until("2 of 2 pass", "All exercises pass. Well done.")

    terminal.press("q")
    assert terminal.ended() == 0
    assert terminal.attributes == terminal.before


def test_editors_may_replace_delete_and_move_a_file(watch, solve, course):
    file = solve("right")
    terminal = watch("first", "second")
    terminal.until("Another", "1 of 2 pass")

    solve("def solve(x:\n")
    terminal.until("The first gradient", "Python cannot read this line", "first.py saved: 0/1 points, before: passed.")

    beside = file.with_name("first.py.tmp.1")
    beside.write_text(file.read_text() + "\n\n", encoding="utf-8")
    beside.replace(file)
    terminal.until("first.py saved: still 0/1 points.")

    file.unlink()
    terminal.until("No file yet", "first.py is gone.")

    for litter in ("4913", "first.py~", ".first.py.swp", "#first.py#"):
        file.with_name(litter).write_text("litter", encoding="utf-8")
    file.with_name(".#first.py").symlink_to("nobody@nowhere.1")
    beside.write_text("def solve(x):\n    (x**2).backward()\n", encoding="utf-8")
    beside.replace(file)
    page = terminal.until("Every step is right.")
    assert "first.py saved: passed, before: not found." in page

    yaml = course / "exercises/core/01-first/exercise.yaml"
    text = yaml.read_text()
    yaml.write_text(text.replace("tensors:", "tensor:"), encoding="utf-8")
    terminal.until("01-first/exercise.yaml:", "tensor")
    yaml.write_text(text.replace("x.grad: [4.0]", "x.grad: [7.0]"), encoding="utf-8")
    terminal.until("the steps give [4.0]")
    yaml.write_text(text.replace("The first gradient", "A better title"), encoding="utf-8")
    page = terminal.until("A better title", "Every step is right.")
    assert "the steps give" not in page


def test_keys_and_sizes(watch, solve, course):
    solve(TRULY_WRONG)
    terminal = watch(columns=60)
    page = terminal.until("The first gradient", "Line 3: x.grad is")
    assert widest(page) <= 60
    terminal.press("h")
    page = terminal.until("Hint 1 of 2: Look at the loss.")
    assert "Hint 2" not in page
    terminal.press("h")
    terminal.until("Hint 1 of 2", "Hint 2 of 2: Call backward on it.")
    terminal.press("l")
    page = terminal.until("All exercises", "> ✗ The first gradient  0/1 points", "· Another             not found")
    assert widest(page) <= 60
    terminal.press("\x1b[A")  # the arrow key is not the letter `A`
    terminal.press("a")
    terminal.until("All exercises", "All exercises were graded.")
    terminal.resize(100)
    page = terminal.until("All exercises", "All exercises were graded.")
    assert widest(page) > 60
    terminal.press("rn")
    terminal.until("The first gradient")
    assert (course / "solutions/core/first.py").read_text() == TRULY_WRONG
    terminal.press("r")
    terminal.until("Restore the starter? Your first.py is kept as first.py.bak. (y/n)")
    terminal.press("y")
    terminal.until("Not started", "Renamed solutions/core/first.py to first.py.bak.")
    assert (course / "solutions/core/first.py.bak").read_text() == TRULY_WRONG


def widest(page):
    return max(len(line) for line in page.splitlines())


@pytest.mark.parametrize(("end", "code"), [("ctrl-c", 130), ("terminated", 143)])
def test_the_settings_of_the_terminal_are_restored(watch, end, code):
    terminal = watch()
    terminal.until("The first gradient")
    if end == "ctrl-c":
        terminal.press("\x03")
    else:
        terminal.process.terminate()
    assert terminal.ended() == code
    assert terminal.attributes == terminal.before
    assert "Traceback" not in terminal.seen


def test_a_pause_restores_the_terminal_for_its_duration(watch):
    terminal = watch(is_job=True)
    terminal.until("The first gradient")
    terminal.process.send_signal(signal.SIGTSTP)
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert terminal.attributes == terminal.before
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("The first gradient")
    assert terminal.attributes[3] & termios.ICANON == 0


class Lines:
    """The command with pipes instead of a terminal."""

    def __init__(self, *argv):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader", "watch", "--device", "cpu", *argv],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def until(self, text):
        seen = b""
        while text.encode() not in seen:
            assert select.select([self.process.stdout], [], [], PATIENCE)[0], f"{text!r} is not in\n{seen.decode()}"
            part = os.read(self.process.stdout.fileno(), 65536)
            assert part, f"it ended before {text!r}:\n{seen.decode()}"
            seen += part
        return seen.decode()


@pytest.fixture
def lines(course):
    running = Lines()
    yield running
    running.process.kill()
    running.process.communicate()


def test_without_a_terminal_it_prints_lines_until_its_input_ends(lines, solve):
    said = lines.until("Not started")
    solve("right")
    said += lines.until("first.py saved: passed, before: not started.")
    assert "\x1b" not in said
    assert "q quit" not in said
    _, complaints = lines.process.communicate(timeout=PATIENCE)
    assert (lines.process.returncode, complaints) == (0, b"")


def test_without_a_terminal_an_interrupt_exits_130(lines):
    lines.until("Not started")
    lines.process.send_signal(signal.SIGINT)
    _, complaints = lines.process.communicate(timeout=PATIENCE)
    assert (lines.process.returncode, complaints) == (130, b"Interrupted.\n")


def test_an_unknown_exercise_is_refused(run, course):
    code, out, err = run("watch", "frist")
    assert (code, out) == (2, "")
    assert "There is no exercise or track `frist`" in err


def test_a_course_without_solutions_is_refused(run, course):
    Path("solutions").rename("elsewhere")
    code, out, err = run("watch")
    assert (code, out) == (2, "")
    assert "There is no folder `solutions`" in err
