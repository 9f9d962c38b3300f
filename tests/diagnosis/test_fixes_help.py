"""Every fix that can be typed in as it is printed is typed in, and then the student passes."""

import re

import pytest

from grader.reports.diagnoses import diagnosis

GAP = r"(?:between line (?P<after>\d+) and line (?P<before>\d+)|after line (?P<only_after>\d+)|before line (?P<only_before>\d+))"
PUT = re.compile(rf"put `(?P<code>[^`]*)` {GAP}")
MOVE = re.compile(rf"move `(?P<code>[^`]*)` from line (?P<line>\d+) to {GAP}")
WRITE = re.compile(r"write `(?P<code>[^`]*)` on line (?P<line>\d+)")
LOSS = re.compile(r"change the loss on line (?P<line>\d+) to `(?P<loss>[^`]*)`")
REMOVE = re.compile(r"remove the .* on line (?P<line>\d+)")
NAME = re.compile(r"(?<![.\w])(?!torch\b|F\b)[A-Za-z_]\w*(?!\w*=)")
pytestmark = pytest.mark.slow

IMPORTS = "import torch\nimport torch.nn.functional as F\n"


def typed_in(source, text):
    """The source with the fix in it; None if the fix cannot simply be typed in."""
    lines = {number: [line] for number, line in enumerate(source.splitlines(), 1)}
    found = [next((match for part in PARTS if (match := part.fullmatch(each))), None) for each in text.split("; ")]
    if None in found or not all(_has_the_names_of(source, match) and _is_typed(lines, match) for match in found):
        return None
    return IMPORTS + "\n".join(line for each in lines.values() for line in each) + "\n"


def _has_the_names_of(source, match):
    """A student may use other names than the exercise file."""
    said = match.groupdict()
    words = NAME.findall(said.get("code") or said.get("loss") or "")
    return all(re.search(rf"\b{word}\b", source) for word in words if word not in ("with", "no_grad"))


def _is_typed(lines, match):
    said = match.groupdict()
    if match.re in (WRITE, REMOVE, MOVE):
        number = int(said["line"])
        lines[number] = [f"{_indent(lines[number][0])}{said['code'] if match.re is WRITE else 'pass'}"]
    if match.re is LOSS:
        return _is_loss_typed(lines, int(said["line"]), said["loss"])
    if match.re in (PUT, MOVE):
        after, before = said["after"] or said["only_after"], said["before"] or said["only_before"]
        here = lines[int(before or after)]
        here.insert(0 if before else len(here), _indent(here[0]) + said["code"])
    return True


def _is_loss_typed(lines, number, loss):
    (line,) = lines[number]
    lines[number] = [re.sub(r"^(\s*\w+ = ).*|^(\s*)\(.*\)(\.backward\(.*\))$", lambda found: _with_loss(found, loss), line)]
    return lines[number] != [line]


def _with_loss(found, loss):
    return f"{found[1]}{loss}" if found[1] else f"{found[2]}({loss}){found[3]}"


def _indent(line):
    return line[: len(line) - len(line.lstrip())]


PARTS = (PUT, MOVE, WRITE, LOSS, REMOVE)


@pytest.fixture(scope="module")
def typed(cases_of, course, assessed):
    """For each student with one mistake whose fix can be typed in: the fix, and the verdict with the fix."""
    verdicts = {}
    for case in cases_of("one-mistake"):
        exercise = course[case.exercise]
        found = assessed(exercise, case.source)
        text = "; ".join(fix for each in found.findings if (fix := diagnosis(each, exercise).fix))
        source = typed_in(case.source, text) if text else None
        if source is not None:
            verdicts[case.name] = (text, assessed(exercise, source).grade.verdict)
    return verdicts


def test_a_fix_that_is_typed_in_helps(typed):
    failed = [f"{name}: {text}: {verdict}" for name, (text, verdict) in typed.items() if verdict != "passed"]
    assert not failed, "\n".join(failed)


def test_many_fixes_can_be_typed_in(typed):
    print(f"\n{len(typed)} fixes were typed in")
    assert len(typed) > 70
