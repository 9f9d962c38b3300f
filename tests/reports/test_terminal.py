"""The report on a terminal."""

import re

import pytest

from grader.records.exercise import Exercise, Setup
from grader.records.result import Report
from grader.reports.terminal import Terminal
from grader.reports.wording import course

ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def printed(screen, text_on, events):
    def printed(report, exercises=(), *, width=100, encoding="utf-8", is_terminal=False, **more):
        stream = screen(encoding, is_terminal)
        terminal = Terminal(stream, exercises, width=width, **more)
        for event in events(report):
            terminal(event)
        return text_on(stream)

    return printed


def one(report, **changes):
    """A report of one failed exercise, changed."""
    failed = report.results[1].model_copy(update=changes)
    return Report(run=report.run, results=(failed,))


@pytest.mark.parametrize("width", [60, 100])
def test_the_whole_report(printed, report, width, snapshot):
    text = printed(report, width=width)
    assert text == snapshot
    assert max(len(line) for line in text.splitlines()) <= width
    assert not re.search(r" $", text, re.MULTILINE)


def test_a_result_is_printed_as_soon_as_it_is_known(report, screen, text_on, events):
    stream = screen()
    terminal = Terminal(stream, width=100)
    for _, event in zip(range(2), events(report), strict=False):
        terminal(event)
    assert "core/the-first-gradient" in text_on(stream)


def test_the_last_line_is_the_only_next_line(printed, report):
    before, _, last = printed(report).partition("\nNext:")
    assert " ".join(f"Next:{last}".split()) == course.next_line(report.results)
    assert "Next:" not in before


def test_the_next_exercise_has_its_title(printed, report, exercises):
    waiting = Report(run=report.run, results=report.results[-3:])
    assert printed(waiting, exercises).splitlines()[-1] == (
        "Next: start pixels/mirror (Title of pixels/mirror) in solutions/pixels/mirror.py."
    )


def test_a_passed_exercise_is_explained_once(printed, report):
    first = report.results[0]
    known = Exercise(first.exercise, "f", "T", "write", "solve", ("x",), Setup(), (), explain="backward adds.")
    assert "backward adds." in printed(report, [known])
    assert "backward adds." not in printed(report, [known], explained={first.exercise})


def test_a_pipe_gets_no_escape_codes(printed, report):
    assert ESCAPE not in printed(report)


def test_a_terminal_gets_colours(printed, report):
    assert "\x1b[32m✓" in printed(report, is_terminal=True)


def test_force_color_colours_a_pipe(printed, report, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert ESCAPE in printed(report)


def test_force_color_0_forces_nothing(printed, report, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "0")
    assert ESCAPE not in printed(report)


@pytest.mark.parametrize("others", [{}, {"FORCE_COLOR": "1"}])
def test_no_color_leaves_plain_text(printed, report, monkeypatch, others):
    for name, value in {"NO_COLOR": "1", **others}.items():
        monkeypatch.setenv(name, value)
    assert ESCAPE not in printed(report, is_terminal=True)


def test_a_dumb_terminal_gets_plain_text(printed, report, monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert ESCAPE not in printed(report, is_terminal=True)


def test_colours_do_not_change_the_text(printed, report):
    coloured = printed(report, is_terminal=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == printed(report)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_every_encoding_can_show_the_report(printed, report, encoding):
    text = printed(one(report, output="déjà vu \u2713\n"), encoding=encoding)
    assert "x core/gradients-pile-up" in text
    assert "\\u2713" in text


@pytest.mark.parametrize("where", ["output", "summary", "exercise", "file"])
def test_escape_codes_of_a_student_are_shown_not_obeyed(printed, report, where):
    text = printed(one(report, **{where: "a\x1b[2Jb\x07\u202ec\rd"}))
    assert ESCAPE not in text
    assert "a\\x1b[2Jb\\x07\\u202ec\\rd" in text


def test_escape_codes_in_a_step_and_an_error_are_shown_not_obeyed(printed, report, a_row):
    step = a_row("x\x1b[31m", "wrong", 3, {"x\x1b.grad": [1.0]}, {"x\x1b.grad": "\x1b[0m"}, note="\x1b]0;title\x07")
    for width in (60, 100):
        assert ESCAPE not in printed(one(report, steps=(step,)), width=width)


@pytest.mark.parametrize("where", ["output", "summary", "exercise"])
def test_markup_of_a_student_is_only_text(printed, report, where):
    assert "[bold red]hi[/bold red] :smile:" in printed(one(report, **{where: "[bold red]hi[/bold red] :smile:"}))


def test_lone_surrogates_are_shown(printed, report):
    broken = report.results[1].model_construct(**{**dict(report.results[1]), "output": "a\ud800b"})
    assert "a\\ud800b" in printed(Report.model_construct(run=report.run, results=(broken,), strays=()))


def test_long_output_is_cut_and_the_rest_counted(printed, report):
    text = printed(one(report, output="".join(f"line {number}\n" for number in range(100)) + "y" * 5000))
    assert "line 11\n" in text
    assert "line 12\n" not in text
    assert "(89 more lines)" in text


def test_a_long_message_is_shown_in_full_below(printed, report):
    assert "the full message" in printed(report)
    assert "autograd.grad()." in printed(report)


def test_an_error_before_any_call_has_no_timeline(printed, report, a_result, a_row):
    steps = (a_row("(x**2).backward()", "missing", None, {"x.grad": [4.0]}),)
    for verdict, lines in (("error", 0), ("failed", 1)):
        unread = a_result("core/first", verdict, 0.0, 1.0, "a.py", steps=steps)
        assert printed(Report(run=report.run, results=(unread,))).count("missing\n") == lines


def test_many_exercises_that_are_not_started_are_only_counted(printed, report):
    waiting = [report.results[6].model_copy(update={"exercise": f"core/waiting-{number}"}) for number in range(43)]
    text = printed(Report(run=report.run, results=(report.results[0], *waiting)))
    assert "1 of 1 exercise passes, 1/1 points. 43 exercises are not started yet." in text
    assert text.count("waiting") == 1  # in the next line
    assert printed(Report(run=report.run, results=tuple(waiting[:3]))).count("waiting") == 4


def test_an_explanation_keeps_its_paragraphs_lists_code_and_links(printed, report):
    first = report.results[0]
    link = "https://docs.pytorch.org/docs/stable/generated/torch.Tensor.backward.html"
    explain = f"A paragraph of\ntwo lines.\n\n- one\n- two\n  and more\n\n```python\nx = 1\ny = 2\n```\n\nSee: {link}\n"
    known = Exercise(first.exercise, "f", "T", "write", "solve", ("x",), Setup(), (), explain=explain)
    text = printed(Report(run=report.run, results=(first,)), [known], width=60)
    for part in ("  A paragraph of two lines.\n\n  - one\n  - two and more\n\n      x = 1\n      y = 2\n", f"\n  {link}\n"):
        assert part in text
