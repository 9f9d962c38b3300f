"""What a step on GitHub prints, shows and outputs."""

import re

import pytest

from grader.records.result import Report
from grader.reports import github

ANNOTATION = re.compile(r"::(error|warning) ([^:]*)::(.*)")
HOSTILE = [
    "\n::set-output name=passed::true",
    "##[add-path]/tmp",
    "\r::add-mask::e",
    "%0A::error::",
    "]]>\x00\x1b[31m\udc80",
    "a,line=9",
]


@pytest.fixture
def parsed():
    """Read annotations back as the runner does: kind, properties, message. Any other line is unchanged."""

    def unescaped(text):
        for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            text = text.replace(code, character)
        return text

    def parsed(text):
        for line in text.splitlines():
            found = ANNOTATION.fullmatch(line)
            if found is None:
                yield line
            else:
                properties = dict(part.split("=", 1) for part in found[2].split(","))
                yield found[1], {key: unescaped(value) for key, value in properties.items()}, unescaped(found[3])

    return parsed


def test_the_annotations(report, snapshot):
    assert github.to_text(report) == snapshot


def test_the_worst_exercise_comes_first_with_the_line_to_look_at(report, parsed):
    notice, *annotations, grader_error, totals = parsed(github.to_text(report))
    assert notice.startswith("::notice::PyTorch 2.9.0+cpu is installed")
    assert [(kind, each["title"], each.get("line")) for kind, each, _ in annotations] == [
        ("error", "core/endless, 0/2 points", None),
        ("error", "core/micro-batches-with-a-mean-loss, 0.5/4 points", "8"),
        ("error", "core/second-backward, 1/2 points", "8"),
        ("error", "core/gradients-pile-up, 3/4 points", "7"),
    ]
    assert grader_error == (
        "warning",
        {"title": "pixels/odd"},
        "The grader itself failed. This is not your mistake, and it does not count.",
    )
    assert totals == "2 of 7 exercises pass, 8.5/18 points. 2 exercises are not started yet."


def test_no_more_than_ten_are_annotated(report, parsed):
    many = Report(run=report.run, results=[report.results[1]] * 12)
    _, *annotations, more, _ = parsed(github.to_text(many))
    assert len(annotations) == github.MOST_ANNOTATIONS
    assert more == "2 more exercises did not pass: the summary of this step lists all of them."


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_a_student_is_never_a_command(hostile_report, parsed, text):
    first, second, last = parsed(github.to_text(hostile_report(text)))
    assert (first[0], second[0]) == ("error", "error")
    assert {*first[1]} == {"file", "line", "title"}
    assert first[1]["line"] == "3"
    assert "##[" not in github.to_text(hostile_report(text))
    assert last.startswith("1 of 3 exercises pass")


def test_the_outputs_are_two_numbers_and_a_boolean(report):
    assert github.outputs(report) == "score=8.5\nmax_score=20\npassed=false\n"
    first = Report(run=report.run, results=report.results[:1])
    assert github.outputs(first) == "score=1\nmax_score=1\npassed=true\n"
