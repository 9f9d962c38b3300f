"""What went wrong and why, in sentences that hold for everybody who has the same trace: without the file and the line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.records.result import Result
from grader.reports import wording


@dataclass(frozen=True, slots=True)
class Cause:
    """A diagnosis: its sentence, and the word for its misconception if it has one."""

    message: str
    misconception: str


def title(result: Result) -> str:
    """The sentence about the exercise."""
    places = (wording.where(result.file, line, result.cells) for line in _lines(result))
    place = next((each for each in places if result.summary.startswith(each)), "")
    sentence = result.summary.removeprefix(place)
    return f"Here {sentence.removeprefix('here ')}" if sentence.startswith("here ") else sentence


def causes(result: Result) -> list[Cause]:
    """What the title has said already is not said again."""
    return [Cause(each.message.removeprefix(said(result)).strip(), each.misconception or "") for each in result.diagnoses]


def said(result: Result) -> str:
    """What the title says, as a diagnosis would say it."""
    return title(result).replace(" here, ", ", ")


def _lines(result: Result) -> Iterator[int]:
    lines = [*(each.line for each in result.steps), *(each.line for each in result.diagnoses)]
    if result.error is not None:
        lines.append(result.error.line)
    yield from (line for line in lines if line is not None)
