"""The students' edition of an exercise file: without expected mistakes and hidden variants, a `predict` without its answers.

Everything else is kept as it was written, with its comments. A `predict` exercise also loses its comments and notes,
because they can explain the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import yaml

from grader.spec.file import NO_VALUE
from grader.spec.places import KeyPath, SourceFile
from grader.spec.yaml_source import read_text

FOR_AUTHORS = ("wrong", "invisible", "variants")

# The start and end of a part of the text, and its replacement.
TextEdit: TypeAlias = tuple[int, int, str]

_ABOVE = re.compile(r"(?:(?<=\n)|\A)(?:#(?! yaml-language-server:).*\n)*\Z")
_COMMENT = re.compile(r"(?m)^[ \t]*#(?! yaml-language-server:).*\n?|[ \t]+#.*")
_WIDTH = 125


def student_text(source: SourceFile) -> str:
    """The text of the student's exercise.yaml. It is written again from its values if its sections share lines."""
    wanted = student_data(source.data)
    text = _edited(source.text, [*_section_edits(source), *(_answer_edits(source) if _is_predict(source.data) else ())])
    if _reads_as(text, wanted):
        return text
    return yaml.safe_dump(wanted, sort_keys=False, allow_unicode=True, width=_WIDTH)


def student_data(data: Any) -> Any:
    """The values of the student's file, from those of the author's file."""
    kept = {key: value for key, value in data.items() if key not in FOR_AUTHORS}
    return kept | {"steps": [_without_answers(step) for step in kept["steps"]]} if _is_predict(data) else kept


def _without_answers(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step without its expected values and its note; also the steps of a `for`."""
    kept = {key: value for key, value in step.items() if key != "note"}
    if "do" in kept:
        kept["do"] = [_without_answers(each) for each in kept["do"]]
    if "expect" in kept:
        expected = kept["expect"]
        several = isinstance(expected, list)
        kept["expect"] = [dict.fromkeys(each, NO_VALUE) for each in expected] if several else dict.fromkeys(expected, NO_VALUE)
    return kept


def _is_predict(data: Any) -> bool:
    return bool(data["kind"] == "predict")


def _reads_as(text: str, wanted: Any) -> bool:
    source, problems = read_text(text, "")
    return source is not None and not problems and source.data == wanted


def _edited(text: str, edits: list[TextEdit]) -> str:
    """The text after all edits. If two overlap, only the one that begins first is made."""
    parts, done = [], 0
    for start, end, new in sorted(edits):
        if start >= done:
            parts += [text[done:start], new]
            done = end
    return "".join([*parts, text[done:]])


def _section_edits(source: SourceFile) -> Iterator[TextEdit]:
    """Remove the sections for authors, each with the comment above it."""
    sections = sorted((spot.start, str(path[0])) for path, spot in source.keys.items() if len(path) == 1)
    starts = [_with_comment_above(source.text, start) for start, _ in sections]
    for (_, key), start, end in zip(sections, starts, [*starts[1:], len(source.text)], strict=True):
        if key in FOR_AUTHORS:
            yield start, end, ""


def _with_comment_above(text: str, start: int) -> int:
    found = _ABOVE.search(text[:start])
    return start if found is None else found.start()


def _answer_edits(source: SourceFile) -> Iterator[TextEdit]:
    """Remove everything that tells the answers of a `predict`."""
    for path, spot in source.keys.items():
        if path[0] == "steps" and path[-1] == "note" and isinstance(path[-2], int):
            yield _line_start(source.text, spot.start), _line_after(source.text, _end_of_value(source, path)), ""
        elif path[0] == "steps" and "expect" in path[:-1]:
            yield source.values[path].start, _end_of_value(source, path), f'"{NO_VALUE}"'
    yield from _comment_edits(source)


def _end_of_value(source: SourceFile, path: KeyPath) -> int:
    """The end of a value's last word. YAML's own end of a block includes the blank lines and comments after it."""
    spot = source.values[path]
    if spot.scalar is None and source.text[spot.start] not in "[{":
        return max(_end_of_value(source, each) for each in source.values if each[:-1] == path and each != path)
    return spot.start + len(source.text[spot.start : spot.end].rstrip())


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _line_after(text: str, offset: int) -> int:
    return text.find("\n", offset) + 1 or len(text)


def _comment_edits(source: SourceFile) -> Iterator[TextEdit]:
    inside = [(spot.start, spot.end) for spot in (*source.values.values(), *source.keys.values()) if spot.scalar is not None]
    for found in _COMMENT.finditer(source.text):
        mark = source.text.index("#", found.start())
        if not any(start <= mark < end for start, end in inside):
            yield found.start(), found.end(), ""
