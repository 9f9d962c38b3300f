"""Reads a file as YAML 1.2 (core schema): `1e-3` is a number, `on` is a word, `010` is ten, and there are no dates.

PyYAML splits the text into events, and the values are built from them here: the events have the place of each key and
value, and anchors, tags and further documents can be refused with their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any, NoReturn, TypeAlias

import yaml

from grader.errors import Problem, SourceLocation, SpecError
from grader.spec.places import LINE_BREAK, KeyPath, SourceFile, Spot, line_starts

MAX_DEPTH = 40

YamlEvent: TypeAlias = Any  # PyYAML's type stubs lack anchors and the marks of events

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_LONGEST_NUMBER = 400

# A part of PyYAML's message, our message, and a fix.
_SYNTAX = (
    ("mapping values are not allowed", "a second `:` is not allowed here.", "quote the text, or check the indentation"),
    ("',' or", "this bracket is never closed.", "check for a missing `,`, `]` or `}`, or for text that needs quotes"),
    ("cannot start any token", "a value cannot begin with this character.", "put the text in quotes"),
    ("unexpected end of stream", "this quoted text never ends.", "close the quotes"),
    ("unknown escape character", "YAML does not know this escape.", "use single quotes, which have no escapes"),
    ("expected key", "this line does not fit the lines above it.", "check its indentation"),
    ("'-' indicator", "this line does not fit the lines above it.", "check its indentation"),
    ("block end", "this line does not fit the lines above it.", "check its indentation"),
    ("expected ':'", "this key has no `:`.", "write `key: value`"),
)

_SHOWN_WHERE_IT_BEGINS = ("',' or", "unexpected end of stream", "expected ':'")


def read_file(file: FilePath, name: str) -> tuple[SourceFile | None, list[Problem]]:
    """The file's values and their places, and its problems. The values are None if the file is not YAML.

    `name`: the name of the file in error messages.
    """
    try:
        raw = file.read_bytes()
    except OSError as error:
        return None, [Problem(f"this file cannot be read: {error.strerror}.", SourceLocation(name))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(raw, error, name)]
    return read_text(text, name)


def read_text(text: str, name: str) -> tuple[SourceFile | None, list[Problem]]:
    """`read_file` for the text of a file."""
    reader = _YamlReader(text, name)
    try:
        return reader.read(), reader.problems
    except SpecError as error:
        return None, [*reader.problems, *error.problems]
    except yaml.MarkedYAMLError as error:
        return None, [*reader.problems, reader.syntax_problem(error)]


class _YamlReader:
    """Builds the values of one document from PyYAML's events, with the place of each."""

    def __init__(self, text: str, name: str) -> None:
        self.source = SourceFile(name, text, line_starts=line_starts(text))
        self.values: dict[KeyPath, Spot] = {}
        self.keys: dict[KeyPath, Spot] = {}
        self.problems: list[Problem] = []
        self.events: Iterator[YamlEvent] = iter(())

    def read(self) -> SourceFile:
        text = self.source.text
        if (odd := _UNPRINTABLE.search(text)) is not None:
            self.stop(self.source.at(odd.start()), "control characters are not allowed.", "remove it")
        self.events = yaml.parse(text, Loader=_LOADER)
        data = self.document()
        if data is None:
            self.stop(SourceLocation(self.source.path), "this file is empty.", "Begin with `id: …`.")
        return SourceFile(self.source.path, text, data, self.values, self.keys, self.source.line_starts)

    def document(self) -> object:
        data: object = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                data = self.value(next(self.events), ())
                next(self.events)
                break
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.stop(self.place(event), "a file can have only one document.", "remove this line")
        return data

    def value(self, event: YamlEvent, path: KeyPath) -> object:
        if isinstance(event, yaml.AliasEvent):
            self.stop(self.place(event), "YAML aliases are not supported.", "write the value itself")
        if len(path) > MAX_DEPTH:
            self.stop(self.place(event), f"this is nested more than {MAX_DEPTH} levels deep.", "")
        if event.anchor is not None:
            self.note(event, "YAML anchors are not supported.", "remove it, and write the value wherever it is needed")
        if event.tag is not None:
            self.note(event, "YAML tags are not supported.", "remove it, and put text in quotes")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(event, path)
        self.values[path] = self.spot(event)
        return self.scalar(event)

    def sequence(self, start: YamlEvent, path: KeyPath) -> list[object]:
        items: list[object] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                self.enclose(path, start, event)
                break
            items.append(self.value(event, (*path, len(items))))
        return items

    def mapping(self, start: YamlEvent, path: KeyPath) -> dict[str, object]:
        items: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                self.enclose(path, start, event)
                break
            key = self.key(event)
            if key in items:
                self.note(event, f"the key `{key}` is repeated.", "keep one of them")
                self.value(next(self.events), (*path, key, "again"))
                continue
            self.keys[*path, key] = self.spot(event)
            items[key] = self.value(next(self.events), (*path, key))
        return items

    def key(self, event: YamlEvent) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self.stop(self.place(event), "a key must be a word.", "put a key with [ ] or { } in quotes")
        return str(event.value)

    def scalar(self, event: YamlEvent) -> object:
        text = event.value
        if not event.implicit[0]:
            return text
        if text in _NULL:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _NOT_FINITE.fullmatch(text):
            return float(text.replace(".", ""))
        whole = _INTEGER.fullmatch(text)
        if (whole or _FLOAT.fullmatch(text)) and len(text) > _LONGEST_NUMBER:
            self.stop(self.place(event), "this number is too long.", "")
        if whole:
            return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
        return float(text) if _FLOAT.fullmatch(text) else text

    def enclose(self, path: KeyPath, start: YamlEvent, end: YamlEvent) -> None:
        self.values[path] = Spot(start.start_mark.index, end.end_mark.index)

    def spot(self, event: YamlEvent) -> Spot:
        style = getattr(event, "style", None) or ""
        return Spot(event.start_mark.index, event.end_mark.index, getattr(event, "value", None), style)

    def place(self, event: YamlEvent) -> SourceLocation:
        start = event.start_mark.index
        return self.source.at(start, event.end_mark.index - start)

    def note(self, event: YamlEvent, message: str, fix: str) -> None:
        self.problems.append(Problem(message, self.place(event), fix))

    def stop(self, where: SourceLocation, message: str, fix: str) -> NoReturn:
        raise SpecError(Problem(message, where, fix))

    def syntax_problem(self, error: yaml.MarkedYAMLError) -> Problem:
        begins_earlier = any(words in (error.problem or "") for words in _SHOWN_WHERE_IT_BEGINS)
        mark = (begins_earlier and error.context_mark) or error.problem_mark
        where = self.source.at(min(mark.index, len(self.source.text))) if mark else SourceLocation(self.source.path)
        if where.text is not None and where.line is not None:
            indentation = where.text[: len(where.text) - len(where.text.lstrip())]
            if "\t" in indentation:
                column = indentation.index("\t") + 1
                tab = SourceLocation(where.path, where.line, column, where.text)
                return Problem("this line is indented with a tab.", tab, "use spaces")
        for words, message, fix in _SYNTAX:
            if words in (error.problem or ""):
                return Problem(message, where, fix)
        return Problem(f"this is not valid YAML: {error.problem}.", where)


def _not_utf8(raw: bytes, error: UnicodeDecodeError, name: str) -> Problem:
    before = raw[: error.start].decode("utf-8", "replace")
    lines = LINE_BREAK.split(before)
    rest = LINE_BREAK.split(raw[error.start :].decode("utf-8", "replace"), maxsplit=1)[0]
    where = SourceLocation(name, len(lines), len(lines[-1]) + 1, lines[-1] + rest)
    return Problem("this file is not UTF-8.", where, "save it as UTF-8")
