"""Reads the form of a file with errors: the wrong parts are reported and left out, so that the rest can be checked.

An author then sees all problems at once. The names in the parts that were left out need no declaration.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from grader.spec.file import SECTIONS, ExerciseInFile
from grader.spec.places import KeyPath, SourceFile
from grader.spec.problems import Problems, path_of

LEFT_OUT = "left-out"  # in place of a required text that was missing or wrong

_WORD = re.compile(r"[A-Za-z_]\w*")
_PLACEHOLDERS = {"id": LEFT_OUT, "title": LEFT_OUT, "kind": "write", "function": LEFT_OUT, "steps": [{}], "none_is_zero": False}
_NAMED = {*SECTIONS, "limits", "tolerance", "cases"}
_TRIES = 5
_NOTHING = object()  # in place of a part that was left out before


def read_form(
    source: SourceFile, problems: Problems, broken: frozenset[KeyPath]
) -> tuple[ExerciseInFile | None, frozenset[str] | None]:
    """The file's form without its wrong parts, and the excused names; these are None if any name may be missing.

    `broken`: paths whose content has been reported already.
    """
    data: Any = copy.deepcopy(source.data)
    left_out = _Remover(data)
    for path in broken:
        left_out.remove(path)
    for attempt in range(_TRIES):
        try:
            return ExerciseInFile.model_validate(data), left_out.excused()
        except ValidationError as error:
            errors = error.errors(include_url=False)
        if attempt == 0:
            problems.add_form(errors)
        if any(not path_of(each) for each in errors):
            break
        for each in errors:
            left_out.remove(path_of(each))
    return None, None


class _Remover:
    """Removes parts of a document and keeps the indices of the others: a step becomes an empty one, an entry is dropped."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.words: set[str] = set()
        self.sections_lost = False

    def excused(self) -> frozenset[str] | None:
        return None if self.sections_lost else frozenset(self.words)

    def remove(self, path: KeyPath) -> None:
        if not isinstance(self.data, dict) or not path:
            return
        step = _innermost_step(path)
        if step is not None:
            self.replace(step, {})
        elif path[0] == "wrong" and len(path) > 1:
            self.replace(path[:2], {"name": LEFT_OUT, "misconception": "sign", "steps": [{}]})
        elif path[0] in _NAMED and len(path) > 1:
            self.drop(path[:2])
        else:
            self.sections_lost |= path[0] in SECTIONS
            self.drop(path[:1])

    def replace(self, path: KeyPath, value: object) -> None:
        parent = self.at(path[:-1])
        if self.at(path) is not _NOTHING:
            self.words |= _words([parent[path[-1]]])
            parent[path[-1]] = value

    def drop(self, path: KeyPath) -> None:
        parent = self.at(path[:-1])
        if isinstance(parent, dict):
            self.words |= _words([path[-1], parent.pop(path[-1], None)])
        if len(path) == 1 and path[0] in _PLACEHOLDERS:
            self.data[path[0]] = _PLACEHOLDERS[str(path[0])]
        elif len(path) == 2 and not parent:
            self.data.pop(path[0], None)

    def at(self, path: KeyPath) -> Any:
        node: Any = self.data
        for part in path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                return _NOTHING
        return node


def _innermost_step(path: KeyPath) -> KeyPath | None:
    """The path of the innermost step around `path`: the index after the last `steps` or `do`."""
    for position in range(len(path) - 1, 0, -1):
        if path[position - 1] in ("steps", "do") and isinstance(path[position], int):
            return path[: position + 1]
    return None


def _words(values: Iterable[object]) -> set[str]:
    """Every word in the parts that are left out."""
    found: set[str] = set()
    for value in values:
        if isinstance(value, dict):
            found |= _words(value) | _words(value.values())
        elif isinstance(value, list):
            found |= _words(value)
        else:
            found |= set(_WORD.findall(str(value)))
    return found
