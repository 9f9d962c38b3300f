"""The list of the course."""

import pytest

from grader.reports.course import show_course


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("width", [60, 100])
def test_the_list(screen, text_on, report, exercises, width, snapshot):
    results = {result.exercise: result for result in report.results[:-1]}
    stream = screen()
    show_course(stream, exercises, results, "solutions", width=width)
    text = text_on(stream)
    assert text == snapshot
    assert max(len(line) for line in text.splitlines()) <= width


def test_the_list_ends_with_praise_when_all_exercises_passed(screen, text_on, report, exercises):
    stream = screen("ascii")
    show_course(stream, exercises[:1], {report.results[0].exercise: report.results[0]}, "solutions", width=60)
    assert text_on(stream).splitlines()[-1] == "Next: nothing is left to do here. Well done."
