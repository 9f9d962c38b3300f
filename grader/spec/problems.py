"""Collects the problems of one file, and turns pydantic's validation errors into sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from grader.errors import Problem, SourceLocation, did_you_mean
from grader.expressions.tree import Span
from grader.spec import file
from grader.spec.places import KeyPath, SourceFile

# What the mapping at a path is called, and its model, by the last key of the path.
_FORMS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "backward": ("`backward`", file.BackwardInFile),
    "zero": ("`zero`", file.ZeroInFile),
    "clip": ("`clip`", file.ClipInFile),
    "redraw": ("`redraw`", file.RedrawInFile),
    "wrong": ("an entry of `wrong`", file.WrongInFile),
    "invisible": ("an entry of `invisible`", file.InvisibleInFile),
    "tolerance": ("`tolerance`", file.ToleranceInFile),
    "cases": ("`cases`", file.CasesInFile),
    "limits": ("`limits`", file.LimitsInFile),
    "returns": ("`returns`", file.ReturnsInFile),
}
_SHOULD_BE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "greater_than": "greater than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than_equal": "at most {le:g}",
    "literal_error": "{expected}",
    "too_long": "a list of at most {max_length}",
    "string_pattern_mismatch": "made of lowercase letters, digits and single hyphens",
}
_YES = {"yes": "write true", "on": "write true", "no": "write false", "off": "write false"}


class Problems:
    """The problems of one file, in the order in which they were found, without repetitions."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.found: list[Problem] = []

    def add(self, path: KeyPath, message: str, fix: str = "", *, key: bool = False, span: Span | None = None) -> None:
        """The carets are below the value at `path`; with `key` below its key, with `span` below this part of the expression."""
        problem = Problem(message, self.source.where(path, key=key, span=span), fix)
        if problem not in self.found:
            self.found.append(problem)

    def in_order(self) -> list[Problem]:
        """The problems in the order of their lines."""
        places = [each.where or SourceLocation(self.source.path) for each in self.found]
        order = sorted(range(len(places)), key=lambda index: (places[index].line or 0, places[index].column or 0))
        return [self.found[index] for index in order]

    def add_form(self, errors: Iterable[ErrorDetails]) -> None:
        """Add a problem for each of pydantic's errors."""
        errors = list(errors)
        unknown = [path_of(error) for error in errors if error["type"] == "extra_forbidden"]
        for error in errors:
            path = path_of(error)
            misspelt = [str(each[-1]) for each in unknown if each[:-1] == path[:-1]]
            if error["type"] != "missing" or not did_you_mean(str(path[-1]), misspelt):
                self._add_form_error(error, path)

    def _add_form_error(self, error: ErrorDetails, path: KeyPath) -> None:
        kind, context = error["type"], error.get("ctx", {})
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        if kind == "extra_forbidden":
            self._add_unknown_key(path)
        elif kind == "missing":
            noun, _ = form_at(path[:-1])
            self.add(path[:-1], f"{noun} needs the key `{name}`.", f"add `{name}: …`")
        elif kind == "sentence":
            message = str(context.get("sentence", error["msg"]))
            self.add(path, message, str(context.get("fix", "")), key=bool(context.get("is_about_key")))
        elif kind in ("string_too_short", "too_short"):
            self.add(path, f"`{name}` is empty.")
        elif not path:
            self.add(path, "an exercise must be a mapping.", "begin the file with `id: …`")
        else:
            self._add_wrong_type(kind, context, path, name, error["input"])

    def _add_wrong_type(self, kind: str, context: Mapping[str, Any], path: KeyPath, name: str, given: object) -> None:
        should_be = _SHOULD_BE.get(kind, "something else").format(**context)
        subject = f"`{name}`" if isinstance(path[-1], str) else f"entry {path[-1] + 1} of `{name}`"
        fix = _YES.get(str(given), "") if kind == "bool_type" else ""
        if kind == "string_type" and isinstance(given, int | float):
            fix = "put it in quotes"
        if kind == "literal_error":
            should_be = should_be.replace("'", "")
            fix = did_you_mean(str(given), should_be.replace(" or ", ", ").split(", "))
        self.add(path, f"{subject} must be {should_be}.", fix)

    def _add_unknown_key(self, path: KeyPath) -> None:
        noun, form = form_at(path[:-1])
        key = str(path[-1])
        self.add(path, f"unknown key `{key}` in {noun}.", did_you_mean(key, keys_of(form)), key=True)


def counted(number: int, one: str, more: str) -> str:
    """`1 loss`, `2 losses`."""
    return f"{number} {one if number == 1 else more}"


def path_of(error: ErrorDetails) -> KeyPath:
    """The path in the file of one of pydantic's errors, without the tags of unions."""
    return tuple(part for part in error["loc"] if part not in file.TAGS)


def form_at(path: KeyPath) -> tuple[str, type[BaseModel]]:
    """What the mapping at this path is called, and its model."""
    words = [part for part in path if isinstance(part, str)]
    if not words:
        return "an exercise", file.ExerciseInFile
    if path[0] == "tensors" and len(path) == 2:
        return "the long form of a tensor", file.TensorInFile
    return _FORMS.get(words[-1], ("a step", file.StepInFile))


def keys_of(form: type[BaseModel]) -> list[str]:
    """The keys of this mapping, as the file writes them."""
    return [each.alias or name for name, each in form.model_fields.items()]
